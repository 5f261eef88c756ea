//! The boundary holds whatever policies a bounded role is given, and no role of Kore's makes one that is not bounded.

use kore_provider_aws::permissions::Purpose;

use super::{
    ACCOUNT, Policy, REGION, Request,
    documents::{CLUSTER, below, boundary, policy},
    judged,
};

/// A role of a cluster, by path and name, and what it may be called in ARNs.
const NODE: &str = "kore/cluster/kore-payments-prod-1a2b-node";

fn iam(what: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{what}")
}

/// What no role of a cluster can do.
fn barred() -> Vec<(&'static str, String)> {
    let mut barred = Vec::new();
    // Somebody else to be.
    for (action, thing) in [
        ("iam:CreateUser", "user/jo"),
        ("iam:CreateAccessKey", "user/jo"),
        ("iam:CreateLoginProfile", "user/jo"),
        ("iam:AttachUserPolicy", "user/jo"),
        ("iam:PutUserPolicy", "user/jo"),
        ("iam:AddUserToGroup", "group/admins"),
        ("iam:CreateOpenIDConnectProvider", "oidc-provider/elsewhere.example.com"),
        ("iam:UpdateOpenIDConnectProviderThumbprint", "oidc-provider/kore.example.com"),
        ("iam:CreateSAMLProvider", "saml-provider/elsewhere"),
    ] {
        barred.push((action, iam(thing)));
    }
    // Machines that work as somebody else.
    for action in ["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"] {
        barred.push((action, iam("instance-profile/admin")));
    }
    // Out of the boundary, and out of those of others.
    for role in [NODE, "kore-cluster", "kore-cfn-exec", "admin", "stacksets-exec-1a2b"] {
        for action in [
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:PutRolePolicy",
            "iam:AttachRolePolicy",
            "iam:PutRolePermissionsBoundary",
            "iam:DeleteRolePermissionsBoundary",
            "iam:UpdateAssumeRolePolicy",
        ] {
            barred.push((action, iam(&format!("role/{role}"))));
        }
    }
    for policy in ["kore-boundary", "wide"] {
        for action in ["iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"]
        {
            barred.push((action, iam(&format!("policy/{policy}"))));
        }
    }
    // Through a role that is not bounded.
    for role in ["kore-cluster", "kore-network", "kore-cfn-exec", "admin", "OrganizationAccountAccessRole"] {
        barred.push(("iam:PassRole", iam(&format!("role/{role}"))));
        barred.push(("sts:AssumeRole", iam(&format!("role/{role}"))));
    }
    barred.push(("iam:GetRole", iam("role/kore-cluster")));
    barred.push(("sts:AssumeRole", "arn:aws:iam::444455556666:role/admin".to_owned()));
    // The account, its bills and its organisation.
    barred.push(("account:CloseAccount", format!("arn:aws:account::{ACCOUNT}:account")));
    for action in [
        "billing:UpdateBillingPreferences",
        "organizations:CreateAccount",
        "organizations:LeaveOrganization",
        "organizations:ListAccounts",
        "budgets:DescribeBudgetActionsForAccount",
    ] {
        barred.push((action, "*".to_owned()));
    }
    // Other services by which one becomes somebody else.
    barred.push(("cloudformation:CreateStack", format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/mine/1a2b")));
    barred.push(("lambda:CreateFunction", format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:mine")));
    barred.push(("ssm:SendCommand", format!("arn:aws:ssm:{REGION}:{ACCOUNT}:document/mine")));
    barred.push(("s3:GetObject", "arn:aws:s3:::bills/2026.csv".to_owned()));
    barred
        .push(("secretsmanager:GetSecretValue", format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-1a2b3c")));
    barred
}

#[test]
fn whatever_a_role_of_a_cluster_is_given_it_stays_bounded() {
    let boundary = boundary();
    let mut cases = Vec::new();
    for (action, thing) in barred() {
        let request = Request::of_role(ACCOUNT, NODE, action, &thing).may(Policy::all());
        if thing.contains(ACCOUNT) || thing == "*" {
            cases.push(request.clone().allowed("not bounded"));
        }
        cases.push(request.bounded(&boundary).denied("bounded"));
    }
    // What clusters do goes on.
    let ec2 = |thing: &str| format!("arn:aws:ec2:{REGION}:{ACCOUNT}:{thing}");
    for (action, thing) in [
        ("autoscaling:DescribeAutoScalingGroups", "*".to_owned()),
        ("ec2:AttachVolume", ec2("volume/vol-1a2b")),
        ("ec2:CreateNetworkInterface", ec2("network-interface/eni-1a2b")),
        ("ec2:DescribeInstances", "*".to_owned()),
        ("ecr:GetAuthorizationToken", "*".to_owned()),
        ("ecr:BatchGetImage", format!("arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop")),
        ("eks:DescribeCluster", format!("arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}")),
        ("eks-auth:AssumeRoleForPodIdentity", format!("arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}")),
        ("elasticloadbalancing:DescribeLoadBalancers", "*".to_owned()),
        ("iam:GetRole", iam(&format!("role/{NODE}"))),
        ("iam:PassRole", iam(&format!("role/{NODE}"))),
        ("kms:Decrypt", format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/1a2b")),
        ("logs:PutLogEvents", format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/eks/{CLUSTER}/x:log-stream:x")),
        ("ssm:GetParameter", format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/bottlerocket")),
        ("sts:AssumeRole", iam(&format!("role/{NODE}"))),
    ] {
        cases
            .push(Request::of_role(ACCOUNT, NODE, action, &thing).may(Policy::all()).bounded(&boundary).allowed("use"));
    }
    println!("{} requests", judged(&cases));
}

#[test]
fn roles_of_kore_make_bounded_roles_alone_and_change_none_of_their_own() {
    let bound = iam("policy/kore-boundary");
    let mut cases = Vec::new();
    for purpose in [Purpose::Information, Purpose::Network, Purpose::Stack, Purpose::Cluster, Purpose::Zone] {
        let may =
            |action: &str, thing: &str| Request::of_role(ACCOUNT, purpose.role(), action, thing).may(policy(purpose));
        for action in ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"] {
            for role in [NODE, "kore-cluster", "kore-cfn-exec", "admin", "stacksets-exec-1a2b", "kore/other"] {
                let request = may(action, &iam(&format!("role/{role}")));
                let request = match action {
                    "iam:AttachRolePolicy" => {
                        request.with("iam:PolicyARN", "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy")
                    }
                    _ => request,
                };
                cases.push(request.clone().denied(format!("{purpose:?}, no boundary")));
                let other = request.clone().with("iam:PermissionsBoundary", iam("policy/wide"));
                cases.push(other.denied(format!("{purpose:?}, another boundary")));
                let request = request.with("iam:PermissionsBoundary", bound.clone());
                let fits = purpose == Purpose::Stack && role == NODE;
                let why = format!("{purpose:?}, bounded");
                cases.push(if fits { request.allowed(why) } else { request.denied(why) });
            }
        }
        // Nobody takes a boundary off again, or makes it wider.
        for role in [NODE, "kore-cluster"] {
            for action in [
                "iam:DeleteRolePermissionsBoundary",
                "iam:PutRolePermissionsBoundary",
                "iam:UpdateAssumeRolePolicy",
                "iam:CreateUser",
            ] {
                let thing = if action == "iam:CreateUser" { "user/jo".to_owned() } else { format!("role/{role}") };
                cases.push(may(action, &iam(&thing)).denied(format!("{purpose:?}")));
            }
        }
        for action in ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"] {
            cases.push(may(action, &bound).denied(format!("{purpose:?}")));
        }
    }
    println!("{} requests", judged(&cases));
}

#[test]
fn nodes_as_needed_are_started_within_the_boundary() {
    let request = |action: &str, thing: &str| {
        let role = "kore/cluster/kore-payments-prod-1a2b-cluster";
        Request::of_role(ACCOUNT, role, action, thing).may(Policy::all()).bounded(&boundary())
    };
    let profile = iam("instance-profile/eks-eu-central-1-kore-payments-prod-1a2b-1234");
    let mut cases: Vec<_> = ["iam:CreateInstanceProfile", "iam:TagInstanceProfile", "iam:AddRoleToInstanceProfile"]
        .map(|action| request(action, &profile).allowed("a profile of EKS"))
        .into();
    cases.push(request("iam:PassRole", &iam(&format!("role/{NODE}"))).allowed("the role of its nodes"));
    cases.push(
        request("ec2:RunInstances", &format!("arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0123456789abcdef0"))
            .allowed("a node"),
    );
    judged(&cases);
}

#[test]
fn the_role_of_the_flows_writes_them_and_nothing_else() {
    let role = below("FlowRole");
    let flows = Policy::new("flows", role["Policies"][0]["PolicyDocument"].clone());
    let request = |action: &str, group: &str| {
        let stream = if action == "logs:DescribeLogStreams" { "" } else { ":log-stream:eni-1a2b" };
        let thing = format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}{stream}");
        Request::of_role(ACCOUNT, "kore/cluster/kore-payments-prod-1a2b-flows", action, &thing)
            .may(flows.clone())
            .bounded(&boundary())
    };
    let own = format!("/aws/eks/{CLUSTER}/flows");
    let cases = [
        request("logs:CreateLogStream", &own).allowed("own group"),
        request("logs:PutLogEvents", &own).allowed("own group"),
        request("logs:PutLogEvents", &format!("/aws/eks/{CLUSTER}/cluster")).denied("the cluster's group"),
        request("logs:PutLogEvents", "/aws/eks/kore-other/flows").denied("another cluster's group"),
        request("logs:DeleteLogStream", &own).denied("what it wrote"),
    ];
    judged(&cases);
}
