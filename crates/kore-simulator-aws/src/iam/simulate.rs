//! SimulatePrincipalPolicy.
