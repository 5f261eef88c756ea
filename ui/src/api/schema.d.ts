// Made by `npm run api` from docs/openapi.json. Do not edit.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console; to the sign-in page first */
        get: operations["console"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/{*rest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleAccountBelow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleAdmin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/{*rest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleAdminBelow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access/holdings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What they may do */
        get: operations["whatMay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** May they, and why not */
        get: operations["reviewAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** May I do each of these, and who could let me; changes nothing */
        post: operations["reviewOwnAccess"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may do it */
        get: operations["whoMay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accountrules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which teams get which accounts in a cloud. Filtered and sorted by: name, created, organization, accounts, priority */
        get: operations["listAccountRules"];
        put?: never;
        /** Make a AccountRule */
        post: operations["createAccountRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accountrules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a AccountRule */
        get: operations["getAccountRule"];
        /** Replace a AccountRule */
        put: operations["replaceAccountRule"];
        post?: never;
        /** Delete a AccountRule */
        delete: operations["deleteAccountRule"];
        options?: never;
        head?: never;
        /** Change a AccountRule by a merge patch (RFC 7396) */
        patch: operations["patchAccountRule"];
        trace?: never;
    };
    "/api/v1/accountruletest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which account rule holds for a team and a stage, and why not the others */
        get: operations["testAccountRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/addresspools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where clusters take their address ranges from. Filtered and sorted by: name, created, provider, region, stage */
        get: operations["listAddressPools"];
        put?: never;
        /** Make a AddressPool */
        post: operations["createAddressPool"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/addresspools/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a AddressPool */
        get: operations["getAddressPool"];
        /** Replace a AddressPool */
        put: operations["replaceAddressPool"];
        post?: never;
        /** Delete a AddressPool */
        delete: operations["deleteAddressPool"];
        options?: never;
        head?: never;
        /** Change a AddressPool by a merge patch (RFC 7396) */
        patch: operations["patchAddressPool"];
        trace?: never;
    };
    "/api/v1/addressreservations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has which range of addresses. Filtered and sorted by: created, name, cidr, purpose, pool, owner */
        get: operations["listAddressReservations"];
        put?: never;
        /** Make a AddressReservation */
        post: operations["createAddressReservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/addressreservations/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a AddressReservation */
        get: operations["getAddressReservation"];
        put?: never;
        post?: never;
        /** Delete a AddressReservation */
        delete: operations["deleteAddressReservation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/sinks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far delivery of audit records has got */
        get: operations["listAuditSinks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the audit trail is what Kore wrote; reads all of it, which may take minutes */
        get: operations["verifyAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auditrecords": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, where, with which result. Newest first, filtered by: at, actor, action, team, object, result, source, code, requestId */
        get: operations["listAuditRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cloudaccounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts in clouds: whose they are, and whether they are ready for clusters. Filtered and sorted by: name, created, organization, team, stage, account, ready, reason */
        get: operations["listCloudAccounts"];
        put?: never;
        /** Make a CloudAccount */
        post: operations["createCloudAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cloudaccounts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a CloudAccount */
        get: operations["getCloudAccount"];
        /** Replace a CloudAccount */
        put: operations["replaceCloudAccount"];
        post?: never;
        /** Delete a CloudAccount */
        delete: operations["deleteCloudAccount"];
        options?: never;
        head?: never;
        /** Change a CloudAccount by a merge patch (RFC 7396) */
        patch: operations["patchCloudAccount"];
        trace?: never;
    };
    "/api/v1/cloudorganizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Organisations in clouds, and whether Kore is allowed what it needs there. Filtered and sorted by: name, created, provider, account, checked, ready, reason */
        get: operations["listCloudOrganizations"];
        put?: never;
        /** Make a CloudOrganization */
        post: operations["createCloudOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cloudorganizations/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a CloudOrganization */
        get: operations["getCloudOrganization"];
        /** Replace a CloudOrganization */
        put: operations["replaceCloudOrganization"];
        post?: never;
        /** Delete a CloudOrganization */
        delete: operations["deleteCloudOrganization"];
        options?: never;
        head?: never;
        /** Change a CloudOrganization by a merge patch (RFC 7396) */
        patch: operations["patchCloudOrganization"];
        trace?: never;
    };
    "/api/v1/cloudorganizations/{name}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look now whether Kore is allowed what it needs; done once status.checkedFor is the request's id */
        post: operations["checkCloudOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clouds/{cloud}/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What Kore needs to be allowed in a cloud, per purpose: policies, trust, and templates that make the roles */
        get: operations["getCloudPermissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clusternamespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Namespaces of clusters, with what they may use and who reaches them. Filtered and sorted by: name, team, created, cluster, namespace, quota, ready, reason */
        get: operations["listAllClusterNamespaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kubernetes clusters of teams. Filtered and sorted by: name, team, created, plan, planVersion, paused, version, account, ready, reason */
        get: operations["listAllClusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/elevations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Roles for a while: asked for, approved, active, gone by themselves. Filtered and sorted by: created, name, role, team, subject, state */
        get: operations["listElevations"];
        put?: never;
        /** Make a Elevation */
        post: operations["createElevation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/elevations/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Elevation */
        get: operations["getElevation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/elevations/{name}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve what somebody else asks for */
        post: operations["approveElevation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/elevations/{name}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End it early */
        post: operations["endElevation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/elevations/{name}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse it */
        post: operations["refuseElevation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything of interest (snapshot), then everything that changes; ends with the credential */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identityproviderpreviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try an identity provider before it is saved: answers where to sign in */
        post: operations["createIdentityProviderPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identityproviderpreviews/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a try has come to */
        get: operations["getIdentityProviderPreview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identityproviders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who vouches for people, and what their groups are worth. Filtered and sorted by: name, created, displayName, issuer, enabled */
        get: operations["listIdentityProviders"];
        put?: never;
        /** Make a IdentityProvider */
        post: operations["createIdentityProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identityproviders/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a IdentityProvider */
        get: operations["getIdentityProvider"];
        /** Replace a IdentityProvider */
        put: operations["replaceIdentityProvider"];
        post?: never;
        /** Delete a IdentityProvider */
        delete: operations["deleteIdentityProvider"];
        options?: never;
        head?: never;
        /** Change a IdentityProvider by a merge patch (RFC 7396) */
        patch: operations["patchIdentityProvider"];
        trace?: never;
    };
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Offers of a role in a team, and who took them up. Filtered and sorted by: created, name, team, role, expires, address, state, invitedBy */
        get: operations["listAllInvitations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Use an invitation to a team */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/management/credential": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A short-lived credential for reading the management cluster */
        post: operations["createManagementCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes under way and done, with their steps. Newest first, filtered by: created, state, team, target.kind, target.name, target.uid, requestedBy */
        get: operations["listOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Operation */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{name}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try what failed again now, from the step that failed */
        post: operations["retryOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What needs somebody, what is under way and how much there is, among what one may see */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/planpolicies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What teams may change about plans. Filtered and sorted by: name, created, provider, owner */
        get: operations["listPlanPolicys"];
        put?: never;
        /** Make a PlanPolicy */
        post: operations["createPlanPolicy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/planpolicies/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a PlanPolicy */
        get: operations["getPlanPolicy"];
        /** Replace a PlanPolicy */
        put: operations["replacePlanPolicy"];
        post?: never;
        /** Delete a PlanPolicy */
        delete: operations["deletePlanPolicy"];
        options?: never;
        head?: never;
        /** Change a PlanPolicy by a merge patch (RFC 7396) */
        patch: operations["patchPlanPolicy"];
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an administrator offers. Filtered and sorted by: name, created, provider, currentVersion */
        get: operations["listPlans"];
        put?: never;
        /** Make a Plan */
        post: operations["createPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Plan */
        get: operations["getPlan"];
        /** Replace a Plan */
        put: operations["replacePlan"];
        post?: never;
        /** Delete a Plan */
        delete: operations["deletePlan"];
        options?: never;
        head?: never;
        /** Change a Plan by a merge patch (RFC 7396) */
        patch: operations["patchPlan"];
        trace?: never;
    };
    "/api/v1/plans/{name}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Each parameter of a plan, and what a team may change about it */
        get: operations["explainPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/planversions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of plans; what a published version says never changes. Filtered and sorted by: name, created, plan, version, provider, stage */
        get: operations["listPlanVersions"];
        put?: never;
        /** Make a PlanVersion */
        post: operations["createPlanVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/planversions/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a PlanVersion */
        get: operations["getPlanVersion"];
        /** Replace a PlanVersion */
        put: operations["replacePlanVersion"];
        post?: never;
        /** Delete a PlanVersion */
        delete: operations["deletePlanVersion"];
        options?: never;
        head?: never;
        /** Change a PlanVersion by a merge patch (RFC 7396) */
        patch: operations["patchPlanVersion"];
        trace?: never;
    };
    "/api/v1/planversions/{name}/impact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the version would change in the clusters of its plan that are on another one */
        get: operations["getPlanImpact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/platform": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the platform itself is: version, checks, leader, what is under way */
        get: operations["platform"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quotas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What teams may have, and what they have. Filtered and sorted by: name, clusters, nodes, namespaces */
        get: operations["listQuotas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quotas/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Quota */
        get: operations["getQuota"];
        /** Replace a Quota */
        put: operations["replaceQuota"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a Quota by a merge patch (RFC 7396) */
        patch: operations["patchQuota"];
        trace?: never;
    };
    "/api/v1/robots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Programs' accounts in teams. Filtered and sorted by: name, team, created, disabled, lastUsed */
        get: operations["listAllRobots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rolebindings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Roles for somebody, somewhere. Filtered and sorted by: created, name, subject, role, team, cluster, expiresAt */
        get: operations["listRoleBindings"];
        put?: never;
        /** Make a RoleBinding */
        post: operations["createRoleBinding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rolebindings/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a RoleBinding */
        get: operations["getRoleBinding"];
        put?: never;
        post?: never;
        /** Delete a RoleBinding */
        delete: operations["deleteRoleBinding"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names for sets of permissions. Filtered and sorted by: name, created, builtIn */
        get: operations["listRoles"];
        put?: never;
        /** Make a Role */
        post: operations["createRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Role */
        get: operations["getRole"];
        /** Replace a Role */
        put: operations["replaceRole"];
        post?: never;
        /** Delete a Role */
        delete: operations["deleteRole"];
        options?: never;
        head?: never;
        /** Change a Role by a merge patch (RFC 7396) */
        patch: operations["patchRole"];
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What answers to a part of a name, among what one may see, the best first. Of Team, Cluster, ClusterNamespace, Plan, PlanPolicy, CloudOrganization, AccountRule, CloudAccount, Robot, User */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sign-ins that hold: one's own, or with filter=user=NAME those of somebody else. Filtered and sorted by: created, lastUsed, expires, id, user, source, label, address, current */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /** End every session but the one that asks; with user every one of somebody else */
        delete: operations["deleteSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a Session */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How people may sign in */
        get: operations["getSignInSettings"];
        /** Switch passwords of Kore's own on or off */
        put: operations["replaceSignInSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Owners of clusters, people and cost. Filtered and sorted by: name, created, displayName, ready, reason */
        get: operations["listTeams"];
        put?: never;
        /** Make a Team */
        post: operations["createTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Team */
        get: operations["getTeam"];
        /** Replace a Team */
        put: operations["replaceTeam"];
        post?: never;
        /** Delete a Team */
        delete: operations["deleteTeam"];
        options?: never;
        head?: never;
        /** Change a Team by a merge patch (RFC 7396) */
        patch: operations["patchTeam"];
        trace?: never;
    };
    "/api/v1/teams/{team}/auditrecords": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, where, with which result. Newest first, filtered by: at, actor, action, team, object, result, source, code, requestId */
        get: operations["listTeamAuditRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/clusternamespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Namespaces of clusters, with what they may use and who reaches them. Filtered and sorted by: name, team, created, cluster, namespace, quota, ready, reason */
        get: operations["listClusterNamespaces"];
        put?: never;
        /** Make a ClusterNamespace */
        post: operations["createClusterNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/clusternamespaces/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a ClusterNamespace */
        get: operations["getClusterNamespace"];
        /** Replace a ClusterNamespace */
        put: operations["replaceClusterNamespace"];
        post?: never;
        /** Delete a ClusterNamespace */
        delete: operations["deleteClusterNamespace"];
        options?: never;
        head?: never;
        /** Change a ClusterNamespace by a merge patch (RFC 7396) */
        patch: operations["patchClusterNamespace"];
        trace?: never;
    };
    "/api/v1/teams/{team}/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kubernetes clusters of teams. Filtered and sorted by: name, team, created, plan, planVersion, paused, version, account, ready, reason */
        get: operations["listClusters"];
        put?: never;
        /** Make a Cluster */
        post: operations["createCluster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/clusters/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Cluster */
        get: operations["getCluster"];
        /** Replace a Cluster */
        put: operations["replaceCluster"];
        post?: never;
        /** Delete a Cluster */
        delete: operations["deleteCluster"];
        options?: never;
        head?: never;
        /** Change a Cluster by a merge patch (RFC 7396) */
        patch: operations["patchCluster"];
        trace?: never;
    };
    "/api/v1/teams/{team}/clusters/{name}/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How kubectl reaches the cluster */
        get: operations["getClusterAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/clusters/{name}/credential": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A short-lived credential for kubectl */
        post: operations["createClusterCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Offers of a role in a team, and who took them up. Filtered and sorted by: created, name, team, role, expires, address, state, invitedBy */
        get: operations["listInvitations"];
        put?: never;
        /** Make a Invitation */
        post: operations["createInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/invitations/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Invitation */
        get: operations["getInvitation"];
        put?: never;
        post?: never;
        /** Delete a Invitation */
        delete: operations["deleteInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/memberships": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is in a team, with which role. Filtered and sorted by: name, created, role, source */
        get: operations["listMemberships"];
        put?: never;
        /** Make a Membership */
        post: operations["createMembership"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/memberships/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Membership */
        get: operations["getMembership"];
        /** Replace a Membership */
        put: operations["replaceMembership"];
        post?: never;
        /** Delete a Membership */
        delete: operations["deleteMembership"];
        options?: never;
        head?: never;
        /** Change a Membership by a merge patch (RFC 7396) */
        patch: operations["patchMembership"];
        trace?: never;
    };
    "/api/v1/teams/{team}/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes under way and done, with their steps. Newest first, filtered by: created, state, team, target.kind, target.name, target.uid, requestedBy */
        get: operations["listTeamOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/robots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Programs' accounts in teams. Filtered and sorted by: name, team, created, disabled, lastUsed */
        get: operations["listRobots"];
        put?: never;
        /** Make a Robot */
        post: operations["createRobot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/robots/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a Robot */
        get: operations["getRobot"];
        /** Replace a Robot */
        put: operations["replaceRobot"];
        post?: never;
        /** Delete a Robot */
        delete: operations["deleteRobot"];
        options?: never;
        head?: never;
        /** Change a Robot by a merge patch (RFC 7396) */
        patch: operations["patchRobot"];
        trace?: never;
    };
    "/api/v1/teams/{team}/robots/{name}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A robot's static tokens */
        get: operations["listRobotTokens"];
        put?: never;
        /** Make a static token for a robot; only this answer has it */
        post: operations["createRobotToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team}/robots/{name}/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a static token of a robot */
        delete: operations["revokeRobotToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your long-lived tokens */
        get: operations["listTokens"];
        put?: never;
        /** Make a token; only this answer has it */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a token */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trustedissuers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Issuers of tokens that robots may trust. Filtered and sorted by: name, created, issuer, profile */
        get: operations["listTrustedIssuers"];
        put?: never;
        /** Make a TrustedIssuer */
        post: operations["createTrustedIssuer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trustedissuers/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a TrustedIssuer */
        get: operations["getTrustedIssuer"];
        /** Replace a TrustedIssuer */
        put: operations["replaceTrustedIssuer"];
        post?: never;
        /** Delete a TrustedIssuer */
        delete: operations["deleteTrustedIssuer"];
        options?: never;
        head?: never;
        /** Change a TrustedIssuer by a merge patch (RFC 7396) */
        patch: operations["patchTrustedIssuer"];
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People. Filtered and sorted by: name, created, displayName, role, disabled, email */
        get: operations["listUsers"];
        put?: never;
        /** Make a User */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a User */
        get: operations["getUser"];
        /** Replace a User */
        put: operations["replaceUser"];
        post?: never;
        /** Delete a User */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /** Change a User by a merge patch (RFC 7396) */
        patch: operations["patchUser"];
        trace?: never;
    };
    "/api/v1/users/{name}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A link with which a person sets their password, once */
        post: operations["createClaimLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{name}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a person's second factor away */
        delete: operations["resetSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who am I */
        get: operations["whoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{*path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the console loads */
        get: operations["consoleAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the browser is signed in as */
        get: operations["authAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/account/factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own second factor */
        get: operations["authFactorPage"];
        put?: never;
        /** Set it up, confirm it, remove it */
        post: operations["authFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/assets/page.css": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the pages look */
        get: operations["authStyle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/authorize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask the person (RFC 6749) */
        get: operations["authAuthorizePage"];
        put?: never;
        /** The person's answer */
        post: operations["authAuthorize"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/claim/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page behind a claim link */
        get: operations["authClaimPage"];
        put?: never;
        /** Use a claim link */
        post: operations["authClaim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin the device flow (RFC 8628) */
        post: operations["authDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/device/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Type or confirm a device's code */
        get: operations["authDevicePage"];
        put?: never;
        /** The person's answer */
        post: operations["authDeviceDecide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/invitation/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page behind an invitation */
        get: operations["authInvitationPage"];
        put?: never;
        /** The person's answer */
        post: operations["authInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sign-in page */
        get: operations["authLoginPage"];
        put?: never;
        /** Sign in by name and password */
        post: operations["authLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The code after the password */
        post: operations["authLoginCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session; with all=true every one */
        post: operations["authLogout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/oidc/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Back from an identity provider (RFC 6749, RFC 9207) */
        get: operations["authProviderCallback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/oidc/{provider}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** To an identity provider */
        get: operations["authProviderStart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session of a token (RFC 7009) */
        post: operations["authRevoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tokens for a code, a device code or a refresh token, or for another issuer's token (RFC 8693) */
        post: operations["authToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/favicon.ico": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Nothing: browsers ask for it */
        get: operations["favicon"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/favicon.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What browsers ask for beside the console */
        get: operations["consoleIcon"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/k8s/{team}/{cluster}/{*path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A cluster's own API, for the console's pages only */
        get: operations["getKubernetes"];
        /** A cluster's own API, for the console's pages only */
        put: operations["putKubernetes"];
        /** A cluster's own API, for the console's pages only */
        post: operations["postKubernetes"];
        /** A cluster's own API, for the console's pages only */
        delete: operations["deleteKubernetes"];
        options?: never;
        head?: never;
        /** A cluster's own API, for the console's pages only */
        patch: operations["patchKubernetes"];
        trace?: never;
    };
    "/kore.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What browsers ask for beside the console */
        get: operations["consoleMark"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["livez"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manifest.webmanifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What browsers ask for beside the console */
        get: operations["consoleManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{*rest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleOperationsBelow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether every dependency works */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signed-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleSignedIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signed-in/{*rest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleSignedInBelow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleTeams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{*rest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console, which shows what is there */
        get: operations["consoleTeamsBelow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What is sent to accept an invitation. */
        AcceptInvitation: {
            /** @description The code, or the link that ends in it. */
            code: string;
        };
        /** @description What accepting an invitation came to. */
        AcceptedInvitation: {
            /**
             * @description Whether that is new. An invitation never takes anything away, and is not used up by somebody who
             *     has what it gives.
             */
            changed: boolean;
            /** @description Who invited: login name. */
            invitedBy: string;
            /** @description The caller's role there now. */
            role: components["schemas"]["TeamRole"];
            /** @description The team. */
            team: string;
        };
        /** @description What the team's roles come to in a namespace. */
        Access: {
            /** @description Its developers and maintainers. */
            developers?: components["schemas"]["NamespaceRole"] | null;
            /** @description Viewers of the team. */
            viewers?: components["schemas"]["NamespaceRole"] | null;
        };
        /** @description Whether the caller may. */
        AccessAnswer: {
            /** @description Whether they may. */
            allowed: boolean;
            /**
             * @description The roles that come with Kore and allow it, the smallest first; none, where there is nothing that the caller
             *     may know about.
             */
            holders: string[];
            /** @description Why not, and what would be needed. */
            reason?: string | null;
        };
        /** @description Answers, in the order of the questions. */
        AccessAnswers: {
            /** @description One for each question. */
            answers: components["schemas"]["AccessAnswer"][];
        };
        /** @description One question of many: may the caller? */
        AccessQuestion: {
            /** @description On this cluster of the team. */
            cluster?: string | null;
            /** @description In this namespace of the cluster. */
            namespace?: string | null;
            /** @description As `cluster.create`. */
            permission: string;
            /** @description On this team; on the platform as a whole, if it is left out. */
            team?: string | null;
        };
        /** @description Questions about what the caller may do. */
        AccessQuestions: {
            /** @description At least one, at most 100. */
            questions: components["schemas"]["AccessQuestion"][];
        };
        /** @description The answer to "may they?". */
        AccessReview: {
            /** @description Whether they may. */
            allowed: boolean;
            /** @description What they would do. */
            permission: string;
            /** @description Why not, and what would be needed. */
            reason?: string | null;
            /** @description To what, as `team payments`. */
            resource: string;
            /** @description Who was asked about. */
            subject: string;
            /** @description By what they may: each of these is enough. */
            via: string[];
        };
        /** @description What nobody in an account can do, whatever rights they have there (service control policies). */
        AccountGuardrails: {
            /**
             * @description Turn off what records who did what, and what looks for attacks.
             * @default true
             */
            auditTrail?: boolean;
            /**
             * @description Act as the role that AWS makes in a new account for whoever has the management account
             *     (`OrganizationAccountAccessRole`): it may do everything there.
             * @default true
             */
            bootstrapRole?: boolean;
            /**
             * @description Change the roles that Kore takes.
             * @default true
             */
            koreRoles?: boolean;
            /**
             * @description Take the account out of the organisation.
             * @default true
             */
            leaveOrganization?: boolean;
            /**
             * @description Use other regions than the organisation's.
             * @default true
             */
            regions?: boolean;
            /**
             * @description Act as the account's root user.
             * @default true
             */
            rootUser?: boolean;
        };
        /** @description One account for each of what. */
        AccountMode: "perTeamAndStage" | "perTeam" | "existing";
        /** @description An account that a rule gives. */
        AccountPlan: {
            /** @description Whether there is one of that name. */
            exists: boolean;
            /** @description Name of its CloudAccount. */
            name: string;
            /** @description What it says, or is to say. */
            spec: components["schemas"]["CloudAccountSpec"];
        };
        AccountRule: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "AccountRule";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["AccountRuleSpec"];
            status?: components["schemas"]["AccountRuleStatus"];
        };
        /** @description Which rule holds for a team and a stage, and why not the others. */
        AccountRuleAnswer: {
            /** @description The account that it gives them; none where it names one that is there already. */
            account?: components["schemas"]["AccountPlan"] | null;
            /** @description The rule that holds; none when no rule is for them. */
            rule?: string | null;
            /** @description The stage that was asked about. */
            stage?: string | null;
            /** @description The team that was asked about. */
            team: string;
            /** @description Every rule, in the order in which they are looked at. */
            verdicts: components["schemas"]["RuleVerdict"][];
        };
        AccountRuleList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["AccountRule"][];
            /** @constant */
            kind: "AccountRuleList";
            metadata: components["schemas"]["ListMeta"];
        };
        /**
         * @description Which accounts some teams get in an organisation. For a team and a stage one rule holds, or none: of those that are for
         *     both, the one with the highest priority, and of several such the first by name.
         */
        AccountRuleSpec: {
            /**
             * @description How many accounts there are for them.
             * @default {
             *       "mode": "perTeamAndStage"
             *     }
             */
            accounts?: components["schemas"]["RuleAccounts"];
            /** @description What it is for. */
            description?: string | null;
            /**
             * @description What nobody in the accounts can do. All of it holds unless it is turned off by name.
             * @default {
             *       "auditTrail": true,
             *       "bootstrapRole": true,
             *       "koreRoles": true,
             *       "leaveOrganization": true,
             *       "regions": true,
             *       "rootUser": true
             *     }
             */
            guardrails?: components["schemas"]["AccountGuardrails"];
            /** @description What each account may cost a month before somebody is told. */
            monthlyBudget?: components["schemas"]["MonthlyBudget"] | null;
            /** @description The organisation that the accounts are in; immutable. */
            organization: string;
            /** @description Name of the unit, below Kore's own, that the accounts are in; in Kore's own when not set. */
            organizationalUnit?: string | null;
            /**
             * Format: int32
             * @description Of several rules that are for a team, the one with the highest holds.
             * @default 0
             */
            priority?: number;
            /**
             * @description Clusters of which stages, as `production`; of every stage when it names none. Plans say the stage of their clusters
             *     by a parameter `stage`, where they have one.
             */
            stages?: string[];
            /**
             * @description Which teams.
             * @default {
             *       "all": true
             *     }
             */
            teams?: components["schemas"]["Allocation"];
        };
        /** @description What is known about a rule: nothing yet that its spec does not say. */
        AccountRuleStatus: Record<string, never>;
        /** @description What an account has cost in a month so far. */
        AccountSpent: {
            /** @description How much, as `123.45`. */
            amount: string;
            /** @description What it may cost a month, by its rule. */
            budget?: components["schemas"]["MonthlyBudget"] | null;
            /** @description Of which money (ISO 4217), as `USD`. */
            currency: string;
            /** @description The month, as `2026-11`. */
            month: string;
            /** @description When the bill was read. */
            readAt: string;
        };
        /** @description One component action. */
        Action: {
            /** @description The component, as `node/default-1/kubelet`. */
            component: string;
            /** @description What differs, for changes. */
            detail?: string[];
            /** @description How people read it. */
            title: string;
            /** @description What happens to it. */
            verb: components["schemas"]["ActionVerb"];
        };
        /** @description What happens to a component. */
        ActionVerb: "create" | "change" | "replace" | "delete";
        AddressPool: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "AddressPool";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["AddressPoolSpec"];
            status?: components["schemas"]["AddressPoolStatus"];
        };
        AddressPoolList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["AddressPool"][];
            /** @constant */
            kind: "AddressPoolList";
            metadata: components["schemas"]["ListMeta"];
        };
        /**
         * @description Where clusters take their address ranges from. No two ranges that are handed out overlap, whichever
         *     pools they are of.
         */
        AddressPoolSpec: {
            /** @description What it is for. */
            description?: string | null;
            /** @description Ranges for nodes. */
            node?: components["schemas"]["PoolRanges"] | null;
            /** @description Ranges for pods. */
            pod?: components["schemas"]["PoolRanges"] | null;
            /** @description Whose clusters it is for; immutable. */
            provider: components["schemas"]["Provider"];
            /** @description Only for clusters in this region; for any when not set. */
            region?: string | null;
            /** @description Ranges for services. */
            service?: components["schemas"]["PoolRanges"] | null;
            /** @description Only for clusters of this stage, as `production`; for any when not set. */
            stage?: string | null;
        };
        /** @description What is known about a pool. */
        AddressPoolStatus: {
            /**
             * Format: int64
             * @description Generation of the spec that this status speaks of.
             */
            observedGeneration?: number | null;
        };
        AddressReservation: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "AddressReservation";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["AddressReservationSpec"];
            status?: components["schemas"]["AddressReservationStatus"];
        };
        AddressReservationList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["AddressReservation"][];
            /** @constant */
            kind: "AddressReservationList";
            metadata: components["schemas"]["ListMeta"];
        };
        /**
         * @description A range that somebody has. Those of clusters come and go with them; those of the world outside are
         *     recorded and removed by administrators.
         */
        AddressReservationSpec: {
            /** @description The range, IPv4. */
            cidr: string;
            /** @description Who has it, or what it is, for people. */
            note?: string;
        };
        /** @description What is known about a reservation. */
        AddressReservationStatus: {
            /** @description Who recorded it. */
            madeBy: string;
            /** @description Who has it, as `cluster/payments/dev`; nobody for what exists outside. */
            owner?: string;
            /** @description The pool that it is of; none for what exists outside. */
            pool?: string;
            /** @description What it is for. */
            purpose: components["schemas"]["Purpose"];
        };
        /**
         * @description Which teams something is for: every team, or those that are named or carry all of the labels.
         *     One that says nothing of the three is for nobody.
         */
        Allocation: {
            /** @description Every team, also those to come. */
            all?: boolean;
            /**
             * @description Teams that carry all of these labels. While a label is used so, only platform administrators
             *     put it on teams and take it off.
             */
            labels?: {
                [key: string]: string;
            };
            /** @description These teams. */
            names?: string[];
        };
        /** @description CPU and memory, as Kubernetes writes quantities. */
        Amounts: {
            /** @description As `500m`. */
            cpu?: string | null;
            /** @description As `256Mi`. */
            memory?: string | null;
        };
        /** @description Something that needs somebody. */
        Attention: {
            /** @description The code of a failure, as `KORE-LOCAL-0012`. */
            code?: string | null;
            /** @description In a sentence. */
            detail: string;
            /** @description What they do. */
            fix?: string[];
            /** @description What it is. */
            kind: components["schemas"]["AttentionKind"];
            /** @description What it is about. */
            object: components["schemas"]["AttentionObject"];
            /** @description Whose move it is. */
            owner: components["schemas"]["Owner"];
            /** @description How bad it is. */
            severity: components["schemas"]["AttentionSeverity"];
            /** @description Since when, or when it happened; of what ends, when it does. */
            since?: string | null;
            /** @description Whose it is. */
            team?: string | null;
            /** @description In a few words. */
            title: string;
        };
        /** @description What it is. */
        AttentionKind: "operationFailed" | "blocked" | "notReady" | "elevationWaits" | "cloudAccess" | "addressesShort" | "overBudget" | "tokenEnds" | "invitationEnds" | "kubernetesBehind" | "planVersionBehind" | "driftRepaired";
        /** @description What it is about. */
        AttentionObject: {
            /** @description As `Cluster`. */
            kind: string;
            /** @description Its name. */
            name: string;
        };
        /** @description How bad it is; the worst is the first. */
        AttentionSeverity: "critical" | "warning" | "info";
        /** @description A writer's chain of records. */
        AuditChain: {
            /**
             * Format: int64
             * @description Number of the first record that is kept.
             */
            first: number;
            /**
             * Format: int64
             * @description Number of the last record.
             */
            last: number;
            /**
             * Format: uint64
             * @description How many records were looked at.
             */
            records: number;
            /**
             * Format: int64
             * @description Number of the last record that was signed; those after it were written in the last seconds.
             */
            signed: number;
            /** @description The writer: a server. */
            writer: string;
        };
        /** @description Something that does not hold. */
        AuditFinding: {
            /** @description Where, as `record 17 of kored/default/host` or `checkpoint 3`. */
            place: string;
            /** @description What is wrong. */
            what: string;
        };
        /** @description One decision or change. */
        AuditRecord: {
            /** @description What, as `cluster.create` or `kubectl.get`. */
            action: string;
            /** @description Who, as `user:ana`, `anonymous` or `system:controller`. */
            actor: string;
            /** @description Client address. */
            address?: string | null;
            /** @description When. */
            at: string;
            /**
             * @description What a change changes, field by field. Values of secret fields are left out, and long ones; a last
             *     entry with the path `…` says how many more fields there were.
             */
            changes?: components["schemas"]["FieldChange"][];
            /** @description Problem code of refusals and failures. */
            code?: string | null;
            /** @description Further facts; never secrets, never bodies. */
            detail?: string | null;
            /** @description UUIDv7, ordered by time. */
            id: string;
            /** @description On what, as `cluster/payments/dev` or `payments/dev pods/web default`. */
            object: string;
            /** @description The request's id, the same in CLI error, server log and cluster audit log. */
            requestId?: string | null;
            /** @description How it ended. */
            result: components["schemas"]["AuditResult"];
            /** @description From where: `cli`, `console`, `api`, `gateway`, `controller`. */
            source: string;
            /**
             * Format: uint16
             * @description HTTP status where there was a request.
             */
            status?: number | null;
            /** @description The team, where there is one. */
            team?: string | null;
        };
        AuditRecordList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["AuditRecord"][];
            /** @constant */
            kind: "AuditRecordList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description How it ended. */
        AuditResult: "allowed" | "denied" | "refused" | "failed";
        /** @description How far the delivery of audit records to a sink has got. */
        AuditSink: {
            /**
             * Format: int64
             * @description How many it has not.
             */
            behind: number;
            /**
             * Format: int64
             * @description How many records it has taken.
             */
            delivered: number;
            /** @description When it took the last one. */
            deliveredAt?: string | null;
            /** @description Since when it takes none. */
            failingSince?: string | null;
            /** @description Why it takes none. */
            lastError?: string | null;
            /** @description Its name in the configuration. */
            name: string;
            /** @description Where records go: a file's path, or a webhook's address without its query. */
            target: string;
            /** @description When the newest record that it has taken was written. */
            upTo?: string | null;
        };
        /** @description The sinks of the configuration. */
        AuditSinkList: {
            /** @description One by one. */
            items: components["schemas"]["AuditSink"][];
        };
        /** @description Whether the audit trail is what Kore wrote. */
        AuditVerification: {
            /** @description When it was looked at. */
            at: string;
            /** @description The chains: each writer has one. */
            chains: components["schemas"]["AuditChain"][];
            /**
             * Format: uint64
             * @description Signed checkpoints that were looked at.
             */
            checkpoints: number;
            /** @description What does not hold. */
            findings: components["schemas"]["AuditFinding"][];
            /** @description Whether nothing was found. */
            intact: boolean;
            /** @description The key that signs: beginning of the SHA-256 of its public part. */
            key: string;
            /** @description When the newest of them was signed. */
            lastCheckpoint?: string | null;
            /**
             * Format: uint64
             * @description Records that were looked at.
             */
            records: number;
        };
        /** @description An organisation of AWS. */
        AwsOrganization: {
            /** @description Address of each account's root user, as `aws+{account}@example.org`; every account has one of its own. */
            accountEmail: string;
            /** @description The region that Kore's own things are in, as `eu-central-1`. */
            homeRegion: string;
            /** @description Number of the account that manages it, 12 digits; immutable. */
            managementAccount: string;
            /** @description The unit (`ou-…`), or the root (`r-…`), that Kore makes its own unit under. */
            organizationalUnit: string;
            /** @description The zone of the management account that the zones of clusters are delegated from. Without it clusters have no zone. */
            parentZone?: components["schemas"]["ParentZone"] | null;
            /**
             * @description Which part of AWS it is in; immutable.
             * @default aws
             */
            partition?: components["schemas"]["AwsPartition"];
            /** @description Regions that clusters may be made in. */
            regions: string[];
        };
        /** @description A part of AWS that knows nothing of the others. */
        AwsPartition: "aws" | "aws-cn" | "aws-us-gov";
        /** @description One thing that was looked at. */
        Check: {
            /** @description What was found, a line each. */
            detail?: string[];
            /** @description What to do, one line each; empty where nothing is to be done. */
            fix?: string[];
            /** @description Stable name, as `disruptionBudgets`. */
            name: string;
            /** @description What came of it. */
            result: components["schemas"]["CheckResult"];
            /** @description How people read it. */
            title: string;
        };
        /** @description What came of a check, the better before the worse. */
        CheckResult: "pass" | "warn" | "unknown" | "fail";
        /** @description Whether something works. */
        CheckState: "ok" | "failed";
        /** @description A link with which a person sets their password, once. Only the answer that hands it out has it. */
        ClaimLink: {
            /** @description When it stops working. */
            expiresAt: string;
            /** @description Address for the browser. A secret. */
            url: string;
        };
        /** @description Which claims say what about a person. */
        ClaimNames: {
            /**
             * @description How people read their name.
             * @default name
             */
            displayName?: string;
            /**
             * @description Their e-mail address; `email_verified` says whether it counts.
             * @default email
             */
            email?: string;
            /**
             * @description Their groups: a list, or one text. Dots lead inwards, as `realm_access.roles`.
             * @default groups
             */
            groups?: string;
            /**
             * @description What their login name is made from at the first sign-in.
             * @default preferred_username
             */
            username?: string;
        };
        /** @description The value of a claim. `7` is not `"7"`. */
        ClaimValue: boolean | number | string;
        /** @description A cloud that accounts and clusters are made in. */
        Cloud: "aws";
        CloudAccount: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "CloudAccount";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["CloudAccountSpec"];
            status?: components["schemas"]["CloudAccountStatus"];
        };
        CloudAccountList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["CloudAccount"][];
            /** @constant */
            kind: "CloudAccountList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description An account in a cloud. Kore makes it in its organisation, under the guardrails, with the roles that Kore takes there. */
        CloudAccountSpec: {
            /**
             * @description Whether the account is closed in the cloud when this object is deleted. Otherwise it stays in the organisation as it
             *     is.
             */
            closeWhenDeleted?: boolean;
            /** @description Number of an account that is there already: it is marked and moved into Kore's unit, and never closed. Immutable. */
            existing?: string | null;
            /** @description The organisation that it is in; immutable. */
            organization: string;
            /** @description Name of the unit, below Kore's own, that it is in; in Kore's own when not set. */
            organizationalUnit?: string | null;
            /** @description The rule that it came by. */
            rule?: string | null;
            /** @description For clusters of which stage it was made, as `production`; for none in particular when not set. */
            stage?: string | null;
            /** @description Whose clusters are in it; those of every team that rules give it when not set. Immutable. */
            team?: string | null;
        };
        /** @description What is known about an account. */
        CloudAccountStatus: {
            /** @description Its number in the cloud, once it has one. */
            account?: string | null;
            /**
             * @description `Ready`: it is there, in its unit, with its roles. `Progressing`: somebody works on it. `WithinBudget`: it has cost less
             *     than its rule allows; not there without a budget.
             */
            conditions?: components["schemas"]["io.k8s.apimachinery.pkg.apis.meta.v1.Condition"][];
            /** @description The address of its root user, which is how it is found before it has a number: written before it is asked for. */
            email?: string | null;
            /** @description What nobody in it can do, as it was when its generation was reached last. */
            guardrails?: components["schemas"]["AccountGuardrails"] | null;
            /**
             * Format: int64
             * @description The generation that was reached last.
             */
            observedGeneration?: number | null;
            /** @description The operation that is under way, or was the last. */
            operation?: string | null;
            /** @description What it has cost this month, once the cloud's bill was read. */
            spent?: components["schemas"]["AccountSpent"] | null;
        };
        /** @description What no role of a cluster can do, whatever it is given. */
        CloudBoundary: {
            /** @description Its name. */
            name: string;
            /** @description As the cloud reads it. */
            policy: unknown;
        };
        /** @description Who Kore is to a cloud. */
        CloudIdentity: {
            /** @description For whom they are. */
            audience: string;
            /** @constant */
            by: "tokens";
            /** @description Who issues them, as `https://kore.example.org`. */
            issuer: string;
            /** @description Whom they name. */
            subject: string;
        } | {
            /** @constant */
            by: "accessKey";
            /** @description Where the server reads it. */
            file: string;
            /** @description Whose key it is. */
            user: string;
        };
        CloudOrganization: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "CloudOrganization";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["CloudOrganizationSpec"];
            status?: components["schemas"]["CloudOrganizationStatus"];
        };
        CloudOrganizationList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["CloudOrganization"][];
            /** @constant */
            kind: "CloudOrganizationList";
            metadata: components["schemas"]["ListMeta"];
        };
        /**
         * @description An organisation in a cloud that Kore makes accounts of teams in. Nothing in it is secret: Kore shows
         *     the cloud tokens of its own issuer.
         */
        CloudOrganizationSpec: {
            /** @description Where it is, in AWS. */
            aws?: components["schemas"]["AwsOrganization"] | null;
            /** @description Nothing is done there while this is set. */
            paused?: boolean;
            /** @description In which cloud; immutable. */
            provider: components["schemas"]["Cloud"];
        };
        /** @description What is known about an organisation. */
        CloudOrganizationStatus: {
            /** @description When it was. */
            checkedAt?: string | null;
            /** @description The request that it answered, where somebody asked for it. */
            checkedFor?: string | null;
            /** @description The last check, purpose by purpose. */
            checks?: components["schemas"]["PurposeCheck"][];
            /**
             * @description Ready: whether Kore is allowed what it needs. Kept: whether what Kore keeps there is as it should be; not there before
             *     a rule or an account needs it.
             */
            conditions?: components["schemas"]["io.k8s.apimachinery.pkg.apis.meta.v1.Condition"][];
            /**
             * Format: int64
             * @description Generation of the spec that what Kore keeps there was brought to.
             */
            keptGeneration?: number | null;
            /**
             * Format: int64
             * @description Generation of the spec that was checked.
             */
            observedGeneration?: number | null;
            /** @description The operation on what Kore keeps there that is under way, or was the last. */
            operation?: string | null;
            /** @description What its accounts have cost this month, by the cloud's own bill; read daily once there are accounts. */
            spent?: components["schemas"]["Spent"] | null;
        };
        /** @description Everything that Kore needs to be allowed in a cloud, filled in for this installation. */
        CloudPermissions: {
            /** @description What bounds every role that Kore makes; none where the cloud knows no such thing. */
            boundary?: components["schemas"]["CloudBoundary"] | null;
            /** @description In which cloud. */
            cloud: components["schemas"]["Cloud"];
            /** @description Whom the roles trust. */
            identity: components["schemas"]["CloudIdentity"];
            /** @description One for each purpose; whoever takes one has none of the others. */
            purposes: components["schemas"]["PurposePermissions"][];
            /** @description What makes the roles, one for each place. */
            templates: components["schemas"]["CloudTemplate"][];
            /** @description What stands in the way of using them. */
            warnings?: string[];
        };
        /** @description Where a role lives. */
        CloudPlace: "management" | "account";
        /** @description A document that makes the roles of one place. */
        CloudTemplate: {
            /** @description A command that applies the file, with the parameters to be filled in. */
            apply: string;
            /** @description The document. */
            document: unknown;
            /** @description What to call its file, as `kore-management.json`. */
            file: string;
            /** @description What it asks for. */
            parameters: components["schemas"]["TemplateParameter"][];
            /** @description Roles of which place. */
            place: components["schemas"]["CloudPlace"];
        };
        Cluster: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "Cluster";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["ClusterSpec"];
            status?: components["schemas"]["ClusterStatus"];
        };
        /** @description How kubectl reaches a cluster. */
        ClusterAccess: {
            /** @description PEM of the CA that signed the gateway's certificate. */
            certificateAuthority: string;
            /** @description The gateway's address of the cluster, as `https://127.0.0.1:8421/k8s/payments/dev`. */
            server: string;
        };
        /** @description The ranges of one cluster. */
        ClusterAddresses: {
            /** @description Of its nodes. */
            node?: string | null;
            /** @description Of its pods. */
            pod?: string | null;
            /** @description The pool that they are of. */
            pool: string;
            /** @description Of its services. */
            service?: string | null;
        };
        /** @description A credential for one cluster's gateway path, for kubectl's exec plugin. */
        ClusterCredential: {
            /** @description ≤ 10 minutes away. */
            expiresAt: string;
            /** @description Bearer token that works for this cluster only. */
            token: string;
        };
        ClusterList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Cluster"][];
            /** @constant */
            kind: "ClusterList";
            metadata: components["schemas"]["ListMeta"];
        };
        ClusterNamespace: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "ClusterNamespace";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["ClusterNamespaceSpec"];
            status?: components["schemas"]["ClusterNamespaceStatus"];
        };
        ClusterNamespaceList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["ClusterNamespace"][];
            /** @constant */
            kind: "ClusterNamespaceList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description What a namespace of a cluster should be. The object is named `<cluster>.<name>`. */
        ClusterNamespaceSpec: {
            /**
             * @description What the team's roles come to in it, besides what they come to in the whole cluster.
             * @default {}
             */
            access?: components["schemas"]["Access"];
            /** @description Take over a namespace of this name that is there already, with what is in it. */
            adopt?: boolean;
            /** @description The cluster, of the same team; immutable. */
            cluster: string;
            /** @description Deletion is refused while this is set; that of its cluster too. */
            deletionProtection?: boolean;
            /**
             * @description What each container gets and may have at most; what is not said is the quota template's.
             * @default {}
             */
            limits?: components["schemas"]["Limits"];
            /** @description Its name there; immutable. */
            name: string;
            /**
             * @description What may reach its pods, and what they may reach. Everything else is closed.
             * @default {
             *       "dns": true,
             *       "sameNamespace": true
             *     }
             */
            network?: components["schemas"]["Network"];
            /** @description Nobody changes anything while this is set; deleting goes on all the same. */
            paused?: boolean;
            /**
             * @description What its pods may do to their node; by default, and at least, what the cluster's guardrails ask for:
             *     `baseline` in evaluation, `restricted` in production.
             */
            podSecurity?: components["schemas"]["PodSecurity"] | null;
            /**
             * @description How much it may use.
             * @default {
             *       "template": "small"
             *     }
             */
            quota?: components["schemas"]["NamespaceQuota"];
            /**
             * @description Guardrails of its cluster that do not hold in it for a while, by their names, as `registries`. Platform
             *     administrators say so.
             */
            waivers?: {
                [key: string]: components["schemas"]["Waiver"];
            };
        };
        /** @description What is known about a namespace. */
        ClusterNamespaceStatus: {
            /** @description `Ready` and others. */
            conditions?: components["schemas"]["io.k8s.apimachinery.pkg.apis.meta.v1.Condition"][];
            /** @description The last time that somebody had changed what Kore keeps there, and it was put right. */
            drift?: components["schemas"]["DriftFound"] | null;
            /**
             * Format: int64
             * @description Generation of the spec that was last fully reached.
             */
            observedGeneration?: number | null;
            /** @description Pod Security Standard that holds. */
            podSecurity?: components["schemas"]["PodSecurity"] | null;
            /** @description What it may use, and what it uses. */
            quota?: {
                [key: string]: components["schemas"]["Usage"];
            };
            /** @description The namespace's own identity; one of the same name that somebody made is another. */
            uid?: string | null;
            /** @description Guardrails that do not hold in it now. */
            waived?: string[];
        };
        /** @description What a cluster can do. */
        ClusterRung: {
            /** @description What the parameters asked for when this was decided; asking for something else decides anew. */
            driver?: components["schemas"]["LocalDriver"] | null;
            /** @description Why, in a sentence for people. */
            reason: string;
            /** @description Whether pods run. */
            workloads: boolean;
        };
        /** @description What a cluster should be: a plan version and the team's overrides. */
        ClusterSpec: {
            /** @description Deletion is refused while this is set. */
            deletionProtection?: boolean;
            /** @description RFC 7396 merge patch over the plan version's parameters. */
            overrides?: {
                [key: string]: unknown;
            };
            /** @description Nobody changes anything while this is set; deleting goes on all the same. */
            paused?: boolean;
            /** @description Which plan, and which version of it. */
            plan: components["schemas"]["PlanRef"];
        };
        /** @description What is known about a cluster. */
        ClusterStatus: {
            /** @description Name of the cloud account that it is in, recorded before the first thing is made. */
            account?: string | null;
            /** @description Number of that account in its cloud, as people need it there. */
            accountNumber?: string | null;
            /** @description Ranges of addresses that are its own, recorded before the first thing is made. */
            addresses?: components["schemas"]["ClusterAddresses"] | null;
            /** @description `Ready`, `Progressing` and others. */
            conditions?: components["schemas"]["io.k8s.apimachinery.pkg.apis.meta.v1.Condition"][];
            /** @description Its zone in the DNS, as `prod.payments.apps.example.org`, where its cloud organisation has one that it is delegated from. */
            domain?: string | null;
            /** @description Address of the API server as the gateway reaches it. */
            endpoint?: string | null;
            /** @description Version that the API server reports, as `v1.36.3`. */
            kubernetesVersion?: string | null;
            /** @description Nodes wanted and ready. */
            nodes?: components["schemas"]["NodeCount"] | null;
            /**
             * Format: int64
             * @description Generation of the spec that was last fully reached.
             */
            observedGeneration?: number | null;
            /** @description Operation of the current or last change. */
            operation?: string | null;
            /** @description Parameters that were last applied, defaults and overrides merged. */
            parameters?: {
                [key: string]: unknown;
            };
            /**
             * @description What runs: nodes, or a control plane only and why. Recorded before the first thing is made, and
             *     kept whatever becomes of the machine.
             */
            rung?: components["schemas"]["ClusterRung"] | null;
        };
        /** @description What something would cost a month, by its cloud's price list. */
        CostEstimate: {
            /** @description Of which money (ISO 4217), as `USD`. */
            currency?: string | null;
            /** @description What it is the sum of. */
            lines?: components["schemas"]["CostLine"][];
            /** @description All of it together, as `220.17`. */
            monthly?: string | null;
            /** @description How the figure came about, or why there is none, as `not priced: local`. */
            note: string;
        };
        /** @description A part of what something costs. */
        CostLine: {
            /** @description What it costs a month, as `147.17`. */
            monthly: string;
            /** @description What one costs, as `0.1008`. */
            price: string;
            /**
             * Format: uint64
             * @description How much of it in a month.
             */
            quantity: number;
            /** @description Of what, as `hours`. */
            unit: string;
            /** @description As `2 nodes of pool default, m7i.large`. */
            what: string;
        };
        /** @description RFC 8628 section 3.2. */
        DeviceAuthorization: {
            /** @description Secret of the device. */
            device_code: string;
            /**
             * Format: uint64
             * @description Seconds.
             */
            expires_in: number;
            /**
             * Format: uint64
             * @description Seconds between polls.
             */
            interval: number;
            /** @description What the person types. */
            user_code: string;
            /** @description Where they type it. */
            verification_uri: string;
            /** @description The same with the code filled in. */
            verification_uri_complete: string;
        };
        /** @description What is counted. */
        Dimension: "clusters" | "nodes" | "vcpus" | "memoryMib" | "namespaces";
        /** @description What somebody had changed by hand. */
        DriftFound: {
            /** @description When it was found and put right. */
            at: string;
            /** @description What, by whom and when, as far as it can be known. */
            what: string[];
        };
        /** @description What changing a parameter does to a cluster that is there. */
        Effect: "inPlace" | "rolling" | "replaces";
        Elevation: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "Elevation";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["ElevationSpec"];
            status?: components["schemas"]["ElevationStatus"];
        };
        ElevationList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Elevation"][];
            /** @constant */
            kind: "ElevationList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description That a role must be asked for before it is of use, and then holds for a while only. */
        ElevationRule: {
            /** @description Whether somebody else has to approve. */
            approval: boolean;
            /**
             * Format: uint32
             * @description Longest time in minutes, 1 to 1440.
             */
            maxMinutes: number;
        };
        /** @description A request for a role for a while. */
        ElevationSpec: {
            /**
             * Format: uint32
             * @description For how long, from the moment that it is active.
             */
            minutes: number;
            /** @description What for; people read it. */
            reason: string;
            /** @description The role that is asked for. */
            role: string;
            /**
             * @description Where it is to hold.
             * @default {}
             */
            scope?: components["schemas"]["ScopeSpec"];
        };
        /** @description How far an elevation has come. */
        ElevationState: "requested" | "active" | "refused" | "expired" | "ended";
        /** @description About an elevation. */
        ElevationStatus: {
            /** @description When an active one ends. */
            activeUntil?: string | null;
            /** @description Whether somebody else has to approve. */
            approval: boolean;
            /** @description Who approved, refused or ended it. */
            decidedBy?: string | null;
            /** @description How far it has come. */
            state: components["schemas"]["ElevationState"];
            /** @description Who asked. */
            subject: string;
        };
        /** @description How many sessions were ended. */
        EndedSessions: {
            /**
             * Format: uint64
             * @description How many.
             */
            ended: number;
        };
        /** @description What happened to an object. `id:` of the event is for `Last-Event-ID` and means nothing else. */
        Event: {
            /** @description What happened. */
            action: components["schemas"]["EventAction"];
            /** @description Which kind, as `Cluster` or `Operation`. */
            kind: string;
            /** @description The object; for `Deleted` its last state. */
            object: unknown;
        };
        /** @description What happened to an object. */
        EventAction: "snapshot" | "applied" | "deleted";
        /** @description One parameter of a plan version. */
        ExplainedParameter: {
            /** @description Range, values or pattern, for people; empty when anything of its type goes. */
            allowed: string;
            /** @description Its value where nobody says anything. */
            default?: unknown;
            /** @description What it is. */
            description: string;
            /** @description Whether the team may make it different from the plan. */
            editable: boolean;
            /** @description What changing it does. */
            effect?: components["schemas"]["Effect"] | null;
            /** @description Under which heading it is shown. */
            group?: string | null;
            /** @description Whether it is fixed when the object is made. */
            immutable: boolean;
            /** @description Dotted path; `*` stands for any name, as in `nodePools.*.size`. */
            path: string;
            /** @description What policies say about it. */
            rules?: components["schemas"]["ExplainedRule"][];
            /** @description How people call it. */
            title?: string;
            /** @description Its type, as JSON Schema has it. */
            type: string;
            /** @description What a number counts. */
            unit?: string | null;
            /** @description What the plan version says. */
            value?: unknown;
        };
        /** @description One policy's word about a parameter. */
        ExplainedRule: {
            /** @description Whom to turn to. */
            owner: string;
            /** @description The rule's path; none when it is the policy's default. */
            path?: string | null;
            /** @description The policy. */
            policy: string;
            /** @description Why. */
            reason: string;
            /** @description What it says, as people read it: `locked`, `at most 3`. */
            says: string;
        };
        /** @description A plan version as a team meets it: each parameter, its value, and what policies say about it. */
        Explanation: {
            /** @description Every parameter of the plan version, and each `*` for members to come. */
            parameters: components["schemas"]["ExplainedParameter"][];
            /** @description The plan. */
            plan: string;
            /** @description The policies that apply, by name. */
            policies: string[];
            /** @description JSON Schema (2020-12) of the parameters, for forms. */
            schema: unknown;
            /** @description Where in its life the version is. */
            stage: components["schemas"]["Stage"];
            /** @description For which team; none when nobody asked about one. */
            team?: string | null;
            /**
             * Format: uint32
             * @description Which version.
             */
            version: number;
        };
        /** @description Why something failed and whose move it is. */
        Failure: {
            /** @description The raw cause, one level down. */
            cause?: string | null;
            /** @description Stable code, as `KORE-LOCAL-0012`. */
            code: string;
            /** @description What they do. */
            fix?: string[];
            /** @description What failed, in a sentence. */
            message: string;
            /** @description Whose move it is. */
            owner: components["schemas"]["Owner"];
            /** @description Whether Kore tries again by itself. */
            retryable: boolean;
        };
        /** @description One field before and after. */
        FieldChange: {
            /** @description Value after; absent when removed. */
            after?: unknown;
            /** @description Value before; absent when new. */
            before?: unknown;
            /** @description What the change does to a cluster that is there; absent where that is not known of the field. */
            effect?: components["schemas"]["Effect"] | null;
            /** @description Dotted path, as `nodePools.default.size`. */
            path: string;
        };
        /** @description A field that is wrong. */
        FieldError: {
            /** @description What is wrong with it. */
            detail: string;
            /** @description RFC 6901 pointer into the body that was sent. */
            pointer: string;
            /** @description Which policy refuses it, why, and whose that is; for rules of policies. */
            refusal?: components["schemas"]["PolicyRefusal"] | null;
            /** @description Schema keyword or rule, as `unknownField`, `maximum`, `immutable`. */
            rule: string;
        };
        /** @description Something that is allowed and less safe than it could be. */
        Finding: {
            /** @description What would end it. */
            fix: string;
            /** @description What it is, as `guardrails-warn-only`: stays the same for as long as the finding does. */
            id: string;
            /** @description What is less safe, in a sentence. */
            message: string;
            /** @description Dotted path of the field that it comes from, as `guardrails`. */
            path: string;
            /** @description How much it matters. */
            severity: components["schemas"]["Severity"];
        };
        /** @description What is found before and after a change. */
        Findings: {
            /** @description As it would be. */
            after: components["schemas"]["Finding"][];
            /** @description As it is; empty for what is not there yet. */
            before: components["schemas"]["Finding"][];
        };
        /** @description What a group is worth: a role across the platform, or one in a team. */
        GroupMapping: {
            /** @description The group, to the letter as the claim spells it. */
            group: string;
            /** @description Role across the platform. */
            platformRole?: components["schemas"]["PlatformRole"] | null;
            /** @description The role there. */
            role?: components["schemas"]["TeamRole"] | null;
            /** @description The team. */
            team?: string | null;
        };
        /** @description Something that answers to what was typed. */
        Hit: {
            /** @description As `Cluster`. */
            kind: string;
            /** @description Its name. */
            name: string;
            /** @description The team that it belongs to. */
            team?: string | null;
            /** @description How people read it, where that is something else. */
            title?: string | null;
        };
        /** @description What was found, the best first. */
        Hits: {
            /** @description Of all kinds together. */
            items: components["schemas"]["Hit"][];
        };
        /** @description Somebody who may do something, and by what. */
        Holder: {
            /** @description Who. */
            subject: string;
            /** @description By what: each of these is enough. */
            via: string[];
        };
        /** @description A role that somebody has. */
        Holding: {
            /** @description Only from these networks. */
            networks?: string[];
            /** @description What it allows. */
            permissions: string[];
            /** @description The role. */
            role: string;
            /** @description Where it holds, as `team payments`. */
            scope: string;
            /** @description Until when. */
            until?: string | null;
            /** @description By what they have it, as `member of team payments`. */
            via: string;
        };
        IdentityProvider: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "IdentityProvider";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["IdentityProviderSpec"];
            status?: components["schemas"]["IdentityProviderStatus"];
        };
        IdentityProviderList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["IdentityProvider"][];
            /** @constant */
            kind: "IdentityProviderList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description An OpenID Connect provider that people sign in with. */
        IdentityProviderSpec: {
            /** @description Who may come, by the domain of their verified e-mail address; everybody when empty. */
            allowedDomains?: string[];
            /** @description Who may come, by a group that they are in; everybody when empty. With both lists, both must agree. */
            allowedGroups?: string[];
            /**
             * @description Which claims say what.
             * @default {
             *       "displayName": "name",
             *       "email": "email",
             *       "groups": "groups",
             *       "username": "preferred_username"
             *     }
             */
            claims?: components["schemas"]["ClaimNames"];
            /** @description Its name for this installation. */
            clientId: string;
            /**
             * @description What proves that it is this installation. Never answered; kept when a write leaves it out, taken
             *     away by an empty one.
             */
            clientSecret?: string | null;
            /** @description What its button says; the name when there is none. */
            displayName?: string | null;
            /**
             * @description Whether people may sign in with it, and whether its groups give roles.
             * @default true
             */
            enabled?: boolean;
            /** @description What its groups are worth here. */
            groupMappings?: components["schemas"]["GroupMapping"][];
            /** @description Its address, to the letter as its tokens spell it. */
            issuer: string;
            /** @description Its public keys (a JSON Web Key Set), where they shall not be fetched. */
            keys?: {
                [key: string]: unknown;
            } | null;
            /** @description The way to it, where it is not on the Internet. */
            network?: components["schemas"]["IssuerNetwork"] | null;
            /**
             * @description What to ask for besides `openid`.
             * @default [
             *       "profile",
             *       "email"
             *     ]
             */
            scopes?: string[];
        };
        /** @description What is known about a provider. */
        IdentityProviderStatus: {
            /** @description Whether a client secret is kept. */
            clientSecretSet: boolean;
            /**
             * Format: uint64
             * @description How many people have signed in with it.
             */
            identities: number;
            /** @description The address to register there for the way back from signing out. */
            postLogoutRedirectUri: string;
            /** @description The address to register at the provider. */
            redirectUri: string;
        };
        Invitation: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "Invitation";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["InvitationSpec"];
            status?: components["schemas"]["InvitationStatus"];
        };
        InvitationList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Invitation"][];
            /** @constant */
            kind: "InvitationList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description What is offered, to how many, for how long. The server chooses the name. */
        InvitationSpec: {
            /** @description E-mail address; where it is given, only a person with this address may use it. */
            address?: string | null;
            /** @description When it ends; a week from now when not given, at most 30 days. */
            expiresAt?: string | null;
            /** @description The same as a duration, as `48h` or `7d`; read only when it is made. */
            expiresIn?: string | null;
            /** @description The role that it gives. */
            role: components["schemas"]["TeamRole"];
            /**
             * Format: uint32
             * @description How many people may use it; one when not given, at most 100.
             * @default 1
             */
            uses?: number;
        };
        /** @description Whether an invitation works. */
        InvitationState: "open" | "usedUp" | "expired" | "revoked" | "void";
        /** @description What became of an invitation. */
        InvitationStatus: {
            /** @description Who invites: login name. */
            invitedBy: string;
            /** @description What to pass on. A secret: only the answer that makes the invitation has it. */
            link?: string | null;
            /** @description Whether it works. */
            state: components["schemas"]["InvitationState"];
            /** @description Who used it, the first first. */
            usedBy: components["schemas"]["InvitationUse"][];
            /**
             * Format: uint32
             * @description How many may still use it.
             */
            usesLeft: number;
        };
        /** @description A person who used an invitation. */
        InvitationUse: {
            /** @description When. */
            at: string;
            /** @description Login name. */
            user: string;
        };
        /** @description What an administrator allows for the way to one issuer. */
        IssuerNetwork: {
            /**
             * @description Address ranges that are not public and may be asked, as `10.1.0.0/16`. One of loopback
             *     (`127.0.0.1/32`) allows http there.
             */
            allowedAddresses?: string[];
            /** @description PEM of the authorities that its certificate may be from, instead of the system's. */
            certificateAuthority?: string | null;
        };
        /** @description What an issuer's tokens are like: which claims a rule must name. */
        IssuerProfile: "github" | "gitlab" | "kubernetes" | "other";
        /** @description Which of the servers runs the controllers. */
        Leader: {
            /** @description As `kored/default/HOST`. */
            identity: string;
            /** @description When it said so last. */
            renewedAt?: string | null;
        };
        /** @description What each container gets and may have at most. */
        Limits: {
            /** @description Its limit where it does not say. */
            limit?: components["schemas"]["Amounts"];
            /** @description The highest limit. */
            max?: components["schemas"]["Amounts"];
            /** @description What is asked for where a container does not say. */
            request?: components["schemas"]["Amounts"];
        };
        /** @description About a page. Only an empty `continue` is the end; a short page is not. */
        ListMeta: {
            /** @description Opaque, signed, bound to filter and order; empty at the end. */
            continue?: string;
            /**
             * Format: uint64
             * @description How many follow this page, where that is known.
             */
            remainingItemCount?: number | null;
            /**
             * @description Revision of the index that was read.
             * @default
             */
            resourceVersion?: string;
        };
        /** @description How far up the ladder a local cluster goes. */
        LocalDriver: "auto" | "native" | "controlPlaneOnly";
        Membership: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "Membership";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["MembershipSpec"];
            status?: components["schemas"]["MembershipStatus"];
        };
        MembershipList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Membership"][];
            /** @constant */
            kind: "MembershipList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description A user's role in a team. The object is named after the user. */
        MembershipSpec: {
            /** @description The role. */
            role: components["schemas"]["TeamRole"];
        };
        /** @description Where a membership comes from. */
        MembershipStatus: {
            /** @description The group, where one gives it. */
            group?: string | null;
            /** @description The role that holds: the higher one of what was given directly and of what groups give. */
            role: components["schemas"]["TeamRole"];
            /**
             * @description `direct`, `invitation:<who invited>`, or `group:<provider>` when a group of an identity provider gives
             *     the role that holds.
             */
            source: string;
        };
        /** @description Identity and bookkeeping of an object. */
        Metadata: {
            /** @description What the caller may do with it, as `["update","delete"]`; on single reads only. */
            actions?: string[] | null;
            /** @description Annotations. */
            annotations?: {
                [key: string]: string;
            };
            /** @description When it was made (RFC 3339, UTC). */
            creationTimestamp?: string | null;
            /** @description When its deletion was asked for. */
            deletionTimestamp?: string | null;
            /**
             * Format: int64
             * @description Counts changes of the spec.
             * @default 0
             */
            generation?: number;
            /** @description Labels. */
            labels?: {
                [key: string]: string;
            };
            /**
             * @description Name within its scope; some kinds get theirs from the server.
             * @default
             */
            name: string;
            /** @description Revision; the ETag. Opaque. */
            resourceVersion?: string;
            /** @description Team, for team-scoped kinds. */
            team?: string | null;
            /** @description Identity that is never used again. */
            uid?: string;
        };
        /** @description What an account may cost a month. */
        MonthlyBudget: {
            /**
             * Format: uint32
             * @description So much, in whole units of the currency.
             */
            amount: number;
            /** @description Of this currency (ISO 4217), as `USD`. */
            currency: string;
        };
        /** @description How much a namespace may use. */
        NamespaceQuota: {
            /** @description For template `own`: Kubernetes' names of resources and how much of each, as `requests.cpu: "4"`. */
            hard?: {
                [key: string]: string;
            };
            /**
             * @description How much.
             * @default small
             */
            template?: components["schemas"]["QuotaTemplate"];
        };
        /** @description A role in a namespace. */
        NamespaceRole: "view" | "deploy" | "edit" | "admin";
        /** @description Openings of a namespace's network. */
        Network: {
            /**
             * @description Its pods may ask the cluster's name service.
             * @default true
             */
            dns?: boolean;
            /** @description Namespaces whose pods may reach its pods. */
            fromNamespaces?: string[];
            /** @description The cluster's ingress, in namespace `kore-ingress`, may reach its pods. */
            ingress?: boolean;
            /** @description Its pods may reach public addresses. */
            internet?: boolean;
            /**
             * @description Its pods may talk to each other.
             * @default true
             */
            sameNamespace?: boolean;
            /** @description Namespaces whose pods its pods may reach; the other side has to be open too. */
            toNamespaces?: string[];
        };
        /** @description The one answer that has the token itself. */
        NewToken: {
            /** @description When it was made. */
            createdAt: string;
            /** @description When it stops working. */
            expiresAt: string;
            /** @description Its id. */
            id: string;
            /** @description When it was used last, to the minute. */
            lastUsedAt?: string | null;
            /** @description What its owner calls it. */
            name: string;
            /** @description Whose it is, as `user:ana` or `robot:payments/ci`. */
            owner: string;
            /** @description What it is good for at most; empty means all that its owner may. */
            permissions?: string[];
            /** @description Only in these teams; empty means in all. */
            teams?: string[];
            /** @description The token. A secret; nobody can show it again. */
            token: string;
        };
        /** @description Nodes wanted and ready. */
        NodeCount: {
            /**
             * Format: uint32
             * @description As the parameters say.
             */
            desired: number;
            /**
             * Format: uint32
             * @description `Ready` in the cluster.
             */
            ready: number;
        };
        /** @description A change under way or done. Its id is `uuidv5(object id, generation)` (delete: generation and the word). */
        Operation: {
            /** @description What it does. */
            action: components["schemas"]["OperationAction"];
            /** @description When it was recorded. */
            createdAt: string;
            /** @description When it ended, either way. */
            endedAt?: string | null;
            /** @description The failure, when `state` is `failed`. */
            failure?: components["schemas"]["Failure"] | null;
            /** @description UUID. */
            id: string;
            /** @description The parameters that are really applied. */
            parameters: {
                [key: string]: unknown;
            };
            /** @description For deletions: how many external things were verified gone, and how many are left (always 0 at `done`). */
            remainder?: components["schemas"]["Remainder"] | null;
            /** @description Request id that began it, where one did. */
            requestId?: string | null;
            /** @description Who asked, as `user:ana`. */
            requestedBy: string;
            /** @description When work began. */
            startedAt?: string | null;
            /** @description Where it stands. */
            state: components["schemas"]["OperationState"];
            /** @description Its steps in order. */
            steps: components["schemas"]["Step"][];
            /** @description What it works on. */
            target: components["schemas"]["Target"];
        };
        /** @description What an operation does. */
        OperationAction: "create" | "change" | "delete";
        OperationList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Operation"][];
            /** @constant */
            kind: "OperationList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description Where an operation stands. */
        OperationState: "pending" | "running" | "failed" | "superseded" | "done";
        /** @description How things are, among what the caller may see: everywhere, or in one team. */
        Overview: {
            /** @description What needs somebody, the worst first. */
            attention: components["schemas"]["Attention"][];
            /**
             * Format: uint64
             * @description How many clusters there are.
             */
            clusters: number;
            /** @description Operations that failed, the newest first: five at most. */
            failed: components["schemas"]["Operation"][];
            /**
             * Format: uint64
             * @description Invitations of the team that can still be used. Only with a team, and for those who may invite.
             */
            openInvitations?: number | null;
            /** @description What the team has of what it may have. Only with a team, and for those who may read its quota. */
            quota?: components["schemas"]["QuotaLine"][] | null;
            /** @description Operations that wait or are under way, the newest first: ten at most. */
            running: components["schemas"]["Operation"][];
            /**
             * Format: uint64
             * @description How many teams there are; with a team, one.
             */
            teams: number;
        };
        /** @description Whose move it is. */
        Owner: "you" | "platformTeam" | "cloud" | "kore";
        /** @description A hosted zone that others are delegated from. */
        ParentZone: {
            /** @description Its name, as `apps.example.org`: a cluster's zone is `CLUSTER.TEAM.apps.example.org`. */
            domain: string;
            /** @description Its id, as `Z0123456789ABCDEFGHIJ`. */
            id: string;
        };
        Plan: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "Plan";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["PlanSpec"];
            status?: components["schemas"]["PlanStatus"];
        };
        /** @description What moving a cluster to a plan version would do to it. */
        PlanImpact: {
            /**
             * @description What of that cannot be: parameters that are fixed, and overrides that the version or a policy does
             *     not allow. The move is refused while there is any.
             */
            blocked?: components["schemas"]["FieldError"][];
            /** @description What of its parameters would change; nothing when the version means the same to it. */
            changes: components["schemas"]["FieldChange"][];
            /** @description Its name there. */
            cluster: string;
            /**
             * Format: uint32
             * @description The version that it is on.
             */
            from?: number | null;
            /** @description Its team. */
            team: string;
        };
        /** @description What a plan version would do to the clusters that follow its plan. */
        PlanImpactList: {
            /** @description Each cluster that is on another version. */
            clusters: components["schemas"]["PlanImpact"][];
        };
        PlanList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Plan"][];
            /** @constant */
            kind: "PlanList";
            metadata: components["schemas"]["ListMeta"];
        };
        PlanPolicy: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "PlanPolicy";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["PlanPolicySpec"];
            status?: components["schemas"]["PlanPolicyStatus"];
        };
        PlanPolicyList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["PlanPolicy"][];
            /** @constant */
            kind: "PlanPolicyList";
            metadata: components["schemas"]["ListMeta"];
        };
        /**
         * @description What some teams may change about some plans, and within which limits.
         *
         *     A policy applies to a cluster when it covers both its team and its plan. **Every** policy that
         *     applies must allow what a cluster is: several of them combine by intersection, one more never allows
         *     more, and nothing that another policy says undoes a lock.
         *
         *     A lock holds a parameter, and all below it, at what the plan version says. A limit (`enum`,
         *     `minimum`, `maximum`, `pattern`) holds whoever set the value: a plan whose own value is outside
         *     cannot be used as it is by the teams that the policy covers.
         */
        PlanPolicySpec: {
            /**
             * @description What holds for parameters that no rule is about.
             * @default editable
             */
            default?: components["schemas"]["PolicyAccess"];
            /** @description What it is for. */
            description?: string | null;
            /** @description Whom people turn to who meet it, as `platform-team`. */
            owner: string;
            /** @description Which plans; every plan of the provider when it names none. */
            plans?: string[];
            /** @description Whose parameters the paths are of; immutable. */
            provider: components["schemas"]["Provider"];
            /** @description Why, for people who meet it; rules may have reasons of their own. */
            reason: string;
            /**
             * @description Rules by path, as `nodePools.*.size`; a rule holds for all that is below its path. Where several
             *     are about a parameter, each of them holds.
             */
            rules?: {
                [key: string]: components["schemas"]["PolicyRule"];
            };
            /**
             * @description Which teams.
             * @default {
             *       "all": true
             *     }
             */
            teams?: components["schemas"]["Allocation"];
        };
        /** @description What is known about a policy: nothing yet that its spec does not say. */
        PlanPolicyStatus: Record<string, never>;
        /** @description A plan and its version. */
        PlanRef: {
            /** @description The plan. */
            name: string;
            /**
             * Format: uint32
             * @description The version; the server fills in the plan's current one on create.
             */
            version?: number | null;
        };
        /** @description A plan: a name under which versions are published. */
        PlanSpec: {
            /**
             * Format: uint32
             * @description Version that new clusters get; none until one is published.
             */
            currentVersion?: number | null;
            /** @description What it is for. */
            description?: string | null;
            /** @description Who provisions clusters of this plan; immutable. */
            provider: components["schemas"]["Provider"];
            /**
             * @description Which teams may make clusters of it. Others are not told that it exists; clusters that they have
             *     stay.
             * @default {
             *       "all": true
             *     }
             */
            teams?: components["schemas"]["Allocation"];
            /** @description How people read it. */
            title?: string | null;
        };
        /** @description What is known about a plan. */
        PlanStatus: {
            /** @description `Ready` and others. */
            conditions?: components["schemas"]["io.k8s.apimachinery.pkg.apis.meta.v1.Condition"][];
            /**
             * Format: uint32
             * @description The version that is being drafted.
             */
            draft?: number | null;
            /**
             * Format: int64
             * @description Generation of the spec that this status speaks of.
             */
            observedGeneration?: number | null;
            /** @description Versions that were published, whatever became of them since, oldest first. */
            versions?: number[];
        };
        PlanVersion: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "PlanVersion";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["PlanVersionSpec"];
            status?: components["schemas"]["PlanVersionStatus"];
        };
        PlanVersionList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["PlanVersion"][];
            /** @constant */
            kind: "PlanVersionList";
            metadata: components["schemas"]["ListMeta"];
        };
        /**
         * @description A version of a plan, named `<plan>-v<version>`. Once it is no draft, everything but its stage is
         *     immutable, and the stage goes forward only (CEL in the CRD).
         */
        PlanVersionSpec: {
            /** @description What changed, for people. */
            notes?: string | null;
            /** @description The provider's parameters with every default filled in ([`LocalParameters`] for `local`). */
            parameters: {
                [key: string]: unknown;
            };
            /** @description The plan it belongs to. */
            plan: string;
            /** @description Who provisions; equals the plan's. */
            provider: components["schemas"]["Provider"];
            /**
             * @description Where it is in its life.
             * @default published
             */
            stage?: components["schemas"]["Stage"];
            /** @description Why it is deprecated or retired, and what to use instead. */
            stageReason?: string | null;
            /** @description Since when it is in its stage; Kore says it. */
            stageSince?: string | null;
            /**
             * Format: uint32
             * @description 1, 2, 3 …
             */
            version: number;
        };
        /** @description What is known about a plan version. */
        PlanVersionStatus: {
            /**
             * Format: int64
             * @description Generation of the spec that this status speaks of.
             */
            observedGeneration?: number | null;
            /**
             * Format: uint32
             * @description How many clusters use it.
             * @default 0
             */
            usedBy?: number;
        };
        /** @description The platform itself, as the server that answered sees it. */
        Platform: {
            /** @description What is checked. */
            checks: components["schemas"]["PlatformCheck"][];
            /** @description The database: `sqlite`, `postgresql` or `mariadb`. */
            database: string;
            /** @description The clouds in which it acts by an access key: an installation for evaluation alone. */
            evaluation?: components["schemas"]["Cloud"][];
            /** @description Who runs the controllers; none while nobody does, or while the management cluster does not say. */
            leader?: components["schemas"]["Leader"] | null;
            /** @description How many objects there are of each kind in the management cluster, as this server has them at hand. */
            objects: {
                [key: string]: number;
            };
            /** @description How many operations are under way, by state; none while the database does not say. */
            operations: {
                [key: string]: number;
            };
            /** @description Whether everything that is checked works, as `/readyz` says. */
            ready: boolean;
            /** @description The clouds that are rehearsed here, and what stands in for them. */
            rehearsal?: components["schemas"]["Rehearsal"][];
            /** @description Whether what the management cluster has is shown as it was before it went away. */
            stale: boolean;
            /** @description When this server began. */
            startedAt: string;
            /**
             * Format: uint64
             * @description How long ago that was, in seconds.
             */
            uptimeSeconds: number;
            /** @description Kore's version. */
            version: string;
        };
        /** @description One thing that the server needs. */
        PlatformCheck: {
            /** @description What is wrong with it. */
            message?: string | null;
            /** @description As `database`. */
            name: string;
            /** @description Whether it works. */
            state: components["schemas"]["CheckState"];
        };
        /** @description What someone may do across the platform. */
        PlatformRole: "auditor" | "admin";
        /** @description A Pod Security Standard; `privileged` is for the platform's own namespaces. */
        PodSecurity: "baseline" | "restricted";
        /** @description Whether teams may change a parameter at all. */
        PolicyAccess: "editable" | "locked";
        /** @description Who refuses a value, and why: what a [`crate::problem::FieldError`] of a policy has besides. */
        PolicyRefusal: {
            /** @description Whom to turn to. */
            owner: string;
            /** @description The parameter, as `nodePools.default.size`. */
            path: string;
            /** @description What the plan version says; absent when it says nothing. */
            planValue?: unknown;
            /** @description The policy. */
            policy: string;
            /** @description Why. */
            reason: string;
            /** @description The value that is refused; absent when it is missing. */
            value?: unknown;
        };
        /** @description What holds for one parameter and what is below it. */
        PolicyRule: {
            /**
             * @description Whether it may differ from the plan.
             * @default editable
             */
            access?: components["schemas"]["PolicyAccess"];
            /** @description The values that it may have. */
            enum?: {
                [key: string]: unknown;
            }[];
            /**
             * Format: int64
             * @description The most that a number may be.
             */
            maximum?: number | null;
            /**
             * Format: int64
             * @description The least that a number may be.
             */
            minimum?: number | null;
            /** @description Whom people turn to; the policy's owner when it says nothing. */
            owner?: string | null;
            /** @description What a text is like, from its first character to its last (a regular expression). */
            pattern?: string | null;
            /** @description Why; the policy's own reason when it says nothing. */
            reason?: string | null;
        };
        /** @description What the policies say about a cluster. */
        PolicyVerdict: {
            /** @description Whether all of them allow it. */
            allowed: boolean;
            /** @description The policies that apply, by name. */
            policies: string[];
            /** @description What is refused. */
            refusals?: components["schemas"]["PolicyRefusal"][];
        };
        /** @description Ranges of one size out of larger ones. */
        PoolRanges: {
            /** @description IPv4 networks that ranges are taken from, in order. */
            cidrs: string[];
            /**
             * Format: uint8
             * @description Length of the prefix of each range that is handed out.
             */
            prefix: number;
        };
        /**
         * @description What came of looking at a cluster that is to be upgraded. Any check that failed or could not be made
         *     holds the upgrade before anything is touched.
         */
        Preflight: {
            /** @description Each thing that was looked at. */
            checks: components["schemas"]["Check"][];
            /** @description The version that it comes from, as `1.35`. */
            from: string;
            /** @description The version that it goes to. */
            to: string;
        };
        /** @description The answer to a dry run. */
        Preview: {
            /** @description What would be done to the world, in order. */
            actions: components["schemas"]["Action"][];
            /** @description What is asked before anything is made, as whether a cloud account has room; present for clusters that would be new there. */
            beforehand?: components["schemas"]["Check"][];
            /** @description What changes in the spec and the effective parameters. */
            changes: components["schemas"]["FieldChange"][];
            /** @description What it would cost; present for clusters. */
            cost?: components["schemas"]["CostEstimate"] | null;
            /**
             * @description Over everything this preview depended on, and until when it may be acted on: to be given back as
             *     `If-Preview-Digest` as it is, within fifteen minutes.
             */
            digest: string;
            /** @description The object as it would be. */
            object: unknown;
            /** @description What policies say; present for clusters. */
            policy?: components["schemas"]["PolicyVerdict"] | null;
            /** @description What speaks for or against another Kubernetes version; present for clusters that would get one. */
            preflight?: components["schemas"]["Preflight"] | null;
            /** @description What would refuse it; empty when the write would pass. */
            problems?: components["schemas"]["Problem"][];
            /** @description What it asks of the team's quota. */
            quota?: components["schemas"]["QuotaLine"][];
            /** @description What is allowed and less safe than it could be, before and after; present for clusters and namespaces. */
            security?: components["schemas"]["Findings"] | null;
            /** @description Whose verdict would be another; for policies. */
            verdicts?: components["schemas"]["VerdictChange"][];
            /** @description What is allowed but worth knowing. */
            warnings?: string[];
        };
        /** @description What a sign-in would come to. */
        PreviewOutcome: {
            /**
             * @description Every claim, as the provider sends it.
             * @default null
             */
            claims?: {
                [key: string]: unknown;
            } | null;
            /** @description Their e-mail address, if it is verified. */
            email?: string | null;
            /** @description Why there are no claims: what the provider said, or what is wrong with it. */
            failure?: string | null;
            /**
             * @description Their groups.
             * @default []
             */
            groups?: string[];
            /**
             * @description The login name that they would get, or have.
             * @default
             */
            name?: string;
            /** @description Role across the platform. */
            platformRole?: components["schemas"]["PlatformRole"] | null;
            /** @description Whether they may come in; the reason when not. */
            refusal?: string | null;
            /**
             * @description Roles in teams, and the group that each comes from.
             * @default []
             */
            teams?: components["schemas"]["PreviewRole"][];
            /**
             * @description What deserves a look: groups that mean nothing here, claims that are missing.
             * @default []
             */
            warnings?: string[];
        };
        /** @description A role that a group would give. */
        PreviewRole: {
            /** @description The group. */
            group: string;
            /** @description The role. */
            role: components["schemas"]["TeamRole"];
            /** @description The team. */
            team: string;
        };
        /** @description `application/problem+json`. Texts may change; `code` and the keys of `metadata` may not. */
        Problem: {
            /** @description What somebody else changed since the revision that was named (412), where that is still known. */
            changes?: components["schemas"]["FieldChange"][];
            /** @description Stable code, as `KORE-INPUT-0002`. */
            code: string;
            /** @description What happened this time. */
            detail: string;
            /** @description Fields that are wrong. */
            errors?: components["schemas"]["FieldError"][];
            /** @description What to do, one line each. */
            fix?: string[];
            /** @description Every variable that appears in `detail`. */
            metadata?: {
                [key: string]: string;
            };
            /** @description Whose move it is. */
            owner: components["schemas"]["Owner"];
            /** @description The request's id. */
            requestId?: string;
            /** @description Whether the same request may pass later without anybody acting. */
            retryable: boolean;
            /**
             * Format: uint16
             * @description HTTP status.
             */
            status: number;
            /** @description The code's title. */
            title: string;
            /** @description Address of the page about this code. */
            type: string;
        };
        /** @description Who provisions. */
        Provider: "local" | "aws";
        /** @description A sign-in to try a provider with, before it is saved. */
        ProviderPreview: {
            /** @description When it is forgotten. */
            expiresAt: string;
            /** @description Its id; a secret of whoever asked for it. */
            id: string;
            /** @description What came of it; missing until somebody has signed in. */
            outcome?: components["schemas"]["PreviewOutcome"] | null;
            /** @description The address that must be registered there first. */
            redirectUri: string;
            /** @description Where to sign in at the provider. Works once. */
            url: string;
        };
        /** @description What a range is for. */
        Purpose: "node" | "pod" | "service" | "external";
        /** @description What is known about one purpose in one account. */
        PurposeCheck: {
            /** @description In which account. */
            account: string;
            /** @description What the cloud said, or why nobody looked. */
            message?: string;
            /** @description Actions that the role does not allow. */
            missing?: string[];
            /** @description Which, as `organization`. */
            purpose: string;
            /** @description What came of it. */
            result: components["schemas"]["PurposeResult"];
            /** @description Its role. */
            role: string;
        };
        /** @description What Kore needs for one purpose. */
        PurposePermissions: {
            /** @description Where the role lives. */
            place: components["schemas"]["CloudPlace"];
            /** @description What the role may do, as the cloud reads it. */
            policy: unknown;
            /** @description Which, as `organization`. */
            purpose: string;
            /** @description Name of its role. */
            role: string;
            /** @description Who may take the role, as the cloud reads it. */
            trust: unknown;
            /** @description What Kore does with it. */
            why: string;
        };
        /** @description What came of looking whether Kore is allowed what it needs for one purpose. */
        PurposeResult: "Verified" | "Missing" | "Unreachable" | "NotChecked";
        Quota: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "Quota";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["QuotaSpec"];
            status?: components["schemas"]["QuotaStatus"];
        };
        /** @description A number, or the word `unlimited`. */
        QuotaLimit: number | components["schemas"]["Unlimited"];
        /** @description One thing that is counted. */
        QuotaLine: {
            /**
             * Format: uint64
             * @description How much more a write asks for.
             */
            asked?: number;
            /**
             * Format: uint64
             * @description How much it may have; absent when there is no limit.
             */
            limit?: number | null;
            /** @description What. */
            quota: components["schemas"]["Dimension"];
            /**
             * Format: uint64
             * @description How much of it the team has or has asked for.
             */
            used: number;
        };
        QuotaList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Quota"][];
            /** @constant */
            kind: "QuotaList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description What a team may have. What is left out is as in the quota `default`; left out there, it is unlimited. */
        QuotaSpec: {
            /** @description Clusters. */
            clusters?: components["schemas"]["QuotaLimit"] | null;
            /** @description Memory in MiB over all nodes whose provider sells it. */
            memoryMib?: components["schemas"]["QuotaLimit"] | null;
            /** @description Namespaces over all clusters. */
            namespaces?: components["schemas"]["QuotaLimit"] | null;
            /** @description Nodes over all clusters. */
            nodes?: components["schemas"]["QuotaLimit"] | null;
            /** @description Virtual processors over all nodes whose provider sells them. */
            vcpus?: components["schemas"]["QuotaLimit"] | null;
        };
        /** @description How much of a quota is taken. */
        QuotaStatus: {
            /** @description One line for each thing that is counted; none for the quota `default`. */
            lines?: components["schemas"]["QuotaLine"][];
        };
        /** @description How much a namespace may use. */
        QuotaTemplate: "small" | "medium" | "large" | "own";
        /** @description A cloud that something on the server's machine stands in for. Nothing that is made in it is real. */
        Rehearsal: {
            /** @description The organisation that is to be connected; none until the stand-in of AWS has been made ready. */
            aws?: components["schemas"]["RehearsedOrganization"] | null;
            /** @description Which. */
            cloud: components["schemas"]["Cloud"];
        };
        /** @description An organisation that the stand-in of AWS has. */
        RehearsedOrganization: {
            /** @description Region that it is managed from. */
            homeRegion: string;
            /** @description Number of the account that manages it, in which Kore's roles are. */
            managementAccount: string;
            /** @description Its root, as `r-ab12`. */
            organizationalUnit: string;
            /** @description Its zone, which those of clusters are delegated from. */
            parentZone: components["schemas"]["ParentZone"];
        };
        /** @description The record at the end of a deletion. */
        Remainder: {
            /**
             * Format: uint64
             * @description External things verified gone.
             */
            gone: number;
            /**
             * Format: uint64
             * @description External things still there.
             */
            left: number;
        };
        Robot: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "Robot";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["RobotSpec"];
            status?: components["schemas"]["RobotStatus"];
        };
        RobotList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Robot"][];
            /** @constant */
            kind: "RobotList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description A program's account in a team. It holds nothing until a role is bound to it. */
        RobotSpec: {
            /** @description What it is for. */
            description?: string | null;
            /**
             * @description A disabled robot loses everything at the next request.
             * @default false
             */
            disabled?: boolean;
            /** @description Whose tokens it may exchange for one of Kore's (RFC 8693): any of these rules is enough. */
            trust?: components["schemas"]["TrustRule"][];
        };
        /** @description About a robot. */
        RobotStatus: {
            /** @description When it acted last, to the minute. */
            lastUsedAt?: string | null;
            /**
             * Format: uint32
             * @description How many static tokens of it work.
             */
            tokens: number;
        };
        Role: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "Role";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["RoleSpec"];
            status?: components["schemas"]["RoleStatus"];
        };
        RoleBinding: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "RoleBinding";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["RoleBindingSpec"];
            status?: components["schemas"]["RoleBindingStatus"];
        };
        RoleBindingList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["RoleBinding"][];
            /** @constant */
            kind: "RoleBindingList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description A role for somebody, somewhere. It never changes: it is made and removed. */
        RoleBindingSpec: {
            /** @description When there is one, the role is of use only after an elevation. */
            elevation?: components["schemas"]["ElevationRule"] | null;
            /** @description Until when (RFC 3339); none means until it is removed. */
            expiresAt?: string | null;
            /** @description Only for requests from these networks (CIDR); empty means from anywhere. */
            networks?: string[];
            /** @description The role, built in or made. */
            role: string;
            /**
             * @description Where it holds.
             * @default {}
             */
            scope?: components["schemas"]["ScopeSpec"];
            /** @description Who gets the role: `user:ana` or `robot:payments/ci`. */
            subject: string;
        };
        /** @description About a binding. */
        RoleBindingStatus: {
            /** @description Who made it, as `user:ana`. */
            grantedBy: string;
        };
        RoleList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Role"][];
            /** @constant */
            kind: "RoleList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description A role that an administrator made: a name for a set of permissions. */
        RoleSpec: {
            /** @description What it is for. */
            description?: string | null;
            /** @description Names of permissions, as `cluster.read`. */
            permissions: string[];
        };
        /** @description About a role. */
        RoleStatus: {
            /** @description Whether it comes with Kore and cannot be changed. */
            builtIn: boolean;
        };
        /** @description How many accounts a rule has for its teams. */
        RuleAccounts: {
            /** @description The account that there is already, of the mode `existing`. */
            account?: string | null;
            /**
             * @description One for each of what.
             * @default perTeamAndStage
             */
            mode?: components["schemas"]["AccountMode"];
        };
        /** @description What became of a rule. */
        RuleResult: "applies" | "notForTeam" | "notForStage" | "outranked";
        /** @description What became of one rule. */
        RuleVerdict: {
            /** @description Its organisation. */
            organization: string;
            /**
             * Format: int32
             * @description Its priority.
             */
            priority: number;
            /** @description What became of it. */
            result: components["schemas"]["RuleResult"];
            /** @description The rule. */
            rule: string;
            /** @description Why, for people. */
            why: string;
        };
        /** @description Where a role holds: across the platform, in a team, for one cluster, or in one namespace of it. */
        ScopeSpec: {
            /** @description The cluster of the team; none means all that the team has. */
            cluster?: string | null;
            /**
             * @description The namespace of the cluster, as the cluster calls it; none means the whole cluster. There a role is good for
             *     what is inside: looking, deploying, editing, administering.
             */
            namespace?: string | null;
            /** @description The team; none means the whole platform. */
            team?: string | null;
        };
        /** @description A sign-in that holds until it expires or is ended. */
        Session: {
            /** @description From where. */
            address?: string | null;
            /** @description When. */
            createdAt: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /** @description When it ends if it is not used. */
            expiresAt: string;
            /** @description Its id. */
            id: string;
            /** @description What they signed in with, as people know it again. */
            label?: string | null;
            /** @description When it was used last, to the minute. */
            lastUsedAt: string;
            /** @description Through what they signed in, as `cli` or `console`. */
            source: string;
            /** @description Whose it is: login name. */
            user: string;
        };
        SessionList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Session"][];
            /** @constant */
            kind: "SessionList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description How much a finding matters. */
        Severity: "low" | "medium";
        /** @description How people may sign in. */
        SignInSettings: {
            /** @description Whether passwords of Kore's own work. The admin socket of the machine does in any case. */
            local: boolean;
        };
        /** @description Where to go after one's session has ended: to the sign-in page, or to a provider that may still know one. */
        SignedOut: {
            /** @description A path of Kore's, or an address of the provider's. */
            next: string;
        };
        /** @description What accounts have cost in a month so far. */
        Spent: {
            /** @description How much, as `123.45`, by the number of the account. Those that have cost nothing are not in it. */
            accounts: {
                [key: string]: string;
            };
            /** @description Of which money (ISO 4217), as `USD`. */
            currency: string;
            /** @description The month, as `2026-11`. */
            month: string;
            /** @description When it was read. */
            readAt: string;
        };
        /** @description Where a plan version is in its life. It goes forward only; stages may be left out. */
        Stage: "draft" | "published" | "deprecated" | "retired";
        /** @description One named step. */
        Step: {
            /**
             * Format: uint32
             * @description How often it was tried.
             */
            attempts: number;
            /** @description When it ended. */
            endedAt?: string | null;
            /** @description Why it failed last. */
            failure?: components["schemas"]["Failure"] | null;
            /** @description Stable name: the component's id, as `control-plane/kube-apiserver`. */
            name: string;
            /** @description When it began. */
            startedAt?: string | null;
            /** @description Where it stands. */
            state: components["schemas"]["StepState"];
            /** @description How people read it. */
            title: string;
            /** @description What a running step waits for; never empty for longer than 30 seconds of running. */
            waitingFor?: string | null;
        };
        /** @description Where a step stands. */
        StepState: "pending" | "running" | "retrying" | "failed" | "done" | "skipped";
        /** @description What an operation works on. */
        Target: {
            /**
             * Format: int64
             * @description The generation of the spec.
             */
            generation: number;
            /** @description The kind, as `Cluster`. */
            kind: string;
            /** @description The name. */
            name: string;
            /** @description The team, for team-scoped kinds. */
            team?: string | null;
            /** @description The object's uid. */
            uid: string;
        };
        Team: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "Team";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["TeamSpec"];
            status?: components["schemas"]["TeamStatus"];
        };
        TeamList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["Team"][];
            /** @constant */
            kind: "TeamList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description A team and the caller's role there. */
        TeamMembership: {
            /** @description The role. */
            role: components["schemas"]["TeamRole"];
            /** @description The team. */
            team: string;
        };
        /** @description What a member may do in a team. */
        TeamRole: "viewer" | "developer" | "maintainer" | "owner";
        /** @description What a team is. */
        TeamSpec: {
            /** @description What it is for. */
            description?: string | null;
            /** @description How people read it. */
            displayName?: string | null;
            /** @description Immutable identity minted by Kore (UUIDv7), kept across restore and after deletion. Empty on create. */
            id?: string;
        };
        /** @description What is known about a team. */
        TeamStatus: {
            /** @description `Ready` and others, see [`crate::condition`]. */
            conditions?: components["schemas"]["io.k8s.apimachinery.pkg.apis.meta.v1.Condition"][];
            /** @description Its namespace in the management cluster. */
            namespace?: string | null;
            /**
             * Format: int64
             * @description Generation of the spec that this status speaks of.
             */
            observedGeneration?: number | null;
        };
        /** @description Something that a template asks whoever applies it. */
        TemplateParameter: {
            /** @description What it is. */
            description: string;
            /** @description Its name. */
            name: string;
        };
        /** @description A long-lived token, without the token itself. */
        Token: {
            /** @description When it was made. */
            createdAt: string;
            /** @description When it stops working. */
            expiresAt: string;
            /** @description Its id. */
            id: string;
            /** @description When it was used last, to the minute. */
            lastUsedAt?: string | null;
            /** @description What its owner calls it. */
            name: string;
            /** @description Whose it is, as `user:ana` or `robot:payments/ci`. */
            owner: string;
            /** @description What it is good for at most; empty means all that its owner may. */
            permissions?: string[];
            /** @description Only in these teams; empty means in all. */
            teams?: string[];
        };
        /** @description Tokens of one owner. */
        TokenList: {
            /** @description They, newest first. */
            items: components["schemas"]["Token"][];
        };
        /** @description A token that is asked for. */
        TokenRequest: {
            /** @description When it stops working (RFC 3339), at most 90 days away; 30 days from now, if it is left out. */
            expiresAt?: string | null;
            /** @description What its owner calls it, 1 to 64 characters. */
            name: string;
            /**
             * Format: uint32
             * @description For how many minutes the one that is replaced still works; 60, if it is left out.
             */
            overlapMinutes?: number | null;
            /** @description What it is good for at most, as `cluster.read`; all that its owner may, if it is left out. */
            permissions?: string[];
            /** @description Id of the token whose place it takes. */
            replaces?: string | null;
            /** @description Only in these teams; in all, if it is left out. */
            teams?: string[];
        };
        /** @description RFC 6749 section 5.1, plus the user's name. */
        TokenResponse: {
            /** @description Bearer token, ≤ 15 minutes. */
            access_token: string;
            /**
             * Format: uint64
             * @description Seconds until `access_token` expires.
             */
            expires_in: number;
            /** @description What `access_token` is, after an exchange (RFC 8693 section 2.2.1). */
            issued_token_type?: string | null;
            /** @description Used once; answers with the next one (rotation, RFC 9700 section 4.14). */
            refresh_token?: string | null;
            /** @description Always `Bearer`. */
            token_type: string;
        };
        /** @description Tokens that are believed: of this issuer, for this audience, with all of these claims. */
        TrustRule: {
            /** @description `aud` of the token, to the letter: one that is asked for this purpose, not the issuer's usual one. */
            audience: string;
            /**
             * @description Claims and their values, to the letter and of the same type. A name that begins with `/` is a
             *     JSON pointer into the token (RFC 6901).
             */
            claims: {
                [key: string]: components["schemas"]["ClaimValue"];
            };
            /** @description `iss` of the token, to the letter. */
            issuer: string;
            /**
             * Format: uint32
             * @description How long the session lasts that an exchange opens, in minutes, 1 to 60. Access tokens of it live
             *     15 minutes at most.
             * @default 15
             */
            maxMinutes?: number;
        };
        TrustedIssuer: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "TrustedIssuer";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["TrustedIssuerSpec"];
            status?: unknown;
        };
        TrustedIssuerList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["TrustedIssuer"][];
            /** @constant */
            kind: "TrustedIssuerList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description An issuer that robots of any team may trust. GitHub's and GitLab's own are trusted without one. */
        TrustedIssuerSpec: {
            /** @description PEM of the only authorities to trust for its certificate; the system's, if there is none. */
            certificateAuthority?: string | null;
            /** @description `iss` of its tokens, to the letter; https. */
            issuer: string;
            /** @description Its public keys (a JWK set, RFC 7517), for one that cannot be reached. It is never asked then. */
            keys?: unknown;
            /** @description Address ranges (CIDR) that are not public and may be asked all the same. */
            networks?: string[];
            /** @description What its tokens are like. */
            profile: components["schemas"]["IssuerProfile"];
        };
        /** @description The word for no limit. */
        Unlimited: "unlimited";
        /** @description How much of a resource. */
        Usage: {
            /** @description At most. */
            hard: string;
            /** @description Now, as the cluster counts it. */
            used: string;
        };
        User: {
            /** @constant */
            apiVersion?: "kore.internal/v1alpha1";
            /** @constant */
            kind?: "User";
            metadata: components["schemas"]["Metadata"];
            spec: components["schemas"]["UserSpec"];
            status?: components["schemas"]["UserStatus"];
        };
        UserList: {
            /** @constant */
            apiVersion: "kore.internal/v1alpha1";
            items: components["schemas"]["User"][];
            /** @constant */
            kind: "UserList";
            metadata: components["schemas"]["ListMeta"];
        };
        /** @description A person, as the platform knows them. */
        UserSpec: {
            /**
             * @description A disabled user loses everything at the next request.
             * @default false
             */
            disabled?: boolean;
            /** @description How people read it. */
            displayName?: string | null;
            /** @description E-mail address, which an administrator vouches for: invitations may be bound to it. */
            email?: string | null;
            /** @description Role across the platform, if any. */
            platformRole?: components["schemas"]["PlatformRole"] | null;
        };
        /** @description What is known about a person. */
        UserStatus: {
            /** @description Whether a group gives it. */
            byGroup: boolean;
            /** @description The role across the platform that holds: given directly, or by a group of an identity provider. */
            platformRole?: components["schemas"]["PlatformRole"] | null;
            /** @description Whether a code is asked for after their password. */
            secondFactor: boolean;
        };
        /** @description What a policy, or a change of one, means to one team with one plan, or to one of its clusters. */
        VerdictChange: {
            /** @description Refused after. */
            after: components["schemas"]["PolicyRefusal"][];
            /** @description Refused before. */
            before: components["schemas"]["PolicyRefusal"][];
            /** @description The cluster; none when it is about the plan as it is offered. */
            cluster?: string | null;
            /** @description The plan, as `production-v3`. */
            plan: string;
            /** @description The team. */
            team: string;
        };
        /** @description That a guardrail does not hold for a while. */
        Waiver: {
            /** @description What for; people read it. */
            reason: string;
            /** @description Until when (RFC 3339), at most 90 days from when it is given. */
            until: string;
        };
        /** @description What somebody may do. */
        WhatMay: {
            /** @description What they hold, one line for each role that they have somewhere. */
            holds: components["schemas"]["Holding"][];
            /** @description Who. */
            subject: string;
        };
        /** @description The answer to "who am I". */
        WhoAmI: {
            /** @description The clouds in which it acts by an access key: an installation for evaluation alone. */
            evaluation?: components["schemas"]["Cloud"][];
            /** @description Immutable id. */
            id: string;
            /** @description Login name. */
            name: string;
            /** @description Role across the platform. */
            platformRole?: components["schemas"]["PlatformRole"] | null;
            /** @description The clouds that are rehearsed here: a stand-in answers for them, and nothing that is made in them is real. */
            rehearsal?: components["schemas"]["Cloud"][];
            /** @description When the session ends if it is not used. */
            sessionExpiresAt: string;
            /** @description Roles in teams. */
            teams: components["schemas"]["TeamMembership"][];
        };
        /** @description Who may do something. */
        WhoMay: {
            /** @description What they would do. */
            permission: string;
            /** @description To what. */
            resource: string;
            /** @description Everybody who may. */
            subjects: components["schemas"]["Holder"][];
        };
        /** @description Condition contains details for one aspect of the current state of this API Resource. */
        "io.k8s.apimachinery.pkg.apis.meta.v1.Condition": {
            /** @description lastTransitionTime is the last time the condition transitioned from one status to another. This should be when the underlying condition changed.  If that is not known, then using the time when the API field changed is acceptable. */
            lastTransitionTime: components["schemas"]["io.k8s.apimachinery.pkg.apis.meta.v1.Time"];
            /** @description message is a human readable message indicating details about the transition. This may be an empty string. */
            message: string;
            /**
             * Format: int64
             * @description observedGeneration represents the .metadata.generation that the condition was set based upon. For instance, if .metadata.generation is currently 12, but the .status.conditions[x].observedGeneration is 9, the condition is out of date with respect to the current state of the instance.
             */
            observedGeneration?: number;
            /** @description reason contains a programmatic identifier indicating the reason for the condition's last transition. Producers of specific condition types may define expected values and meanings for this field, and whether the values are considered a guaranteed API. The value should be a CamelCase string. This field may not be empty. */
            reason: string;
            /** @description status of the condition, one of True, False, Unknown. */
            status: string;
            /** @description type of condition in CamelCase or in foo.example.com/CamelCase. */
            type: string;
        };
        /**
         * Format: date-time
         * @description Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON.  Wrappers are provided for many of the factory methods that the time package offers.
         */
        "io.k8s.apimachinery.pkg.apis.meta.v1.Time": string;
    };
    responses: {
        /** @description A refusal */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    console: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleAccountBelow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleAdmin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleAdminBelow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    whatMay: {
        parameters: {
            query?: {
                /** @description user:NAME or robot:TEAM/NAME; you, if it is left out */
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatMay"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    reviewAccess: {
        parameters: {
            query?: {
                /** @description As cluster.delete */
                permission?: string;
                /** @description On this team; the platform, if it is left out */
                team?: string;
                /** @description On this cluster of the team */
                cluster?: string;
                /** @description In this namespace of the cluster */
                namespace?: string;
                /** @description user:NAME or robot:TEAM/NAME; you, if it is left out */
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    reviewOwnAccess: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessQuestions"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessAnswers"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    whoMay: {
        parameters: {
            query?: {
                /** @description As cluster.delete */
                permission?: string;
                /** @description On this team; the platform, if it is left out */
                team?: string;
                /** @description On this cluster of the team */
                cluster?: string;
                /** @description In this namespace of the cluster */
                namespace?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhoMay"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAccountRules: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountRuleList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createAccountRule: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountRule"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountRule"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAccountRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountRule"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceAccountRule: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountRule"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountRule"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountRule"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteAccountRule: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountRule"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchAccountRule: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["AccountRule"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountRule"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    testAccountRules: {
        parameters: {
            query: {
                /** @description The team */
                team: string;
                /** @description Stage of a cluster, as production; without it only rules for every stage are for it */
                stage?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountRuleAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAddressPools: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPoolList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createAddressPool: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressPool"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPool"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAddressPool: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPool"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceAddressPool: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressPool"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPool"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPool"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteAddressPool: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPool"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchAddressPool: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["AddressPool"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressPool"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAddressReservations: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressReservationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createAddressReservation: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressReservation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressReservation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getAddressReservation: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressReservation"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteAddressReservation: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressReservation"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAuditSinks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditSinkList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    verifyAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAuditRecords: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRecordList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listCloudAccounts: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudAccountList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createCloudAccount: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloudAccount"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudAccount"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCloudAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudAccount"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceCloudAccount: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloudAccount"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudAccount"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudAccount"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteCloudAccount: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudAccount"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchCloudAccount: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["CloudAccount"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudAccount"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listCloudOrganizations: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudOrganizationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createCloudOrganization: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloudOrganization"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudOrganization"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCloudOrganization: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudOrganization"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceCloudOrganization: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloudOrganization"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudOrganization"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudOrganization"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteCloudOrganization: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudOrganization"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchCloudOrganization: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["CloudOrganization"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudOrganization"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    checkCloudOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudOrganization"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCloudPermissions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cloud: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudPermissions"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAllClusterNamespaces: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterNamespaceList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAllClusters: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listElevations: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ElevationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createElevation: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Elevation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Elevation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getElevation: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Elevation"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    approveElevation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    endElevation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    refuseElevation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    events: {
        parameters: {
            query?: {
                /** @description With commas between: Team, Plan, PlanVersion, PlanPolicy, Cluster, ClusterNamespace, AddressPool, CloudOrganization, AccountRule, CloudAccount, Operation, User, Membership, AuditRecord; all but the last three when not given */
                kinds?: string;
                /** @description Of this team only */
                team?: string;
                /** @description false: not what there is, only what changes from now on */
                snapshot?: string;
            };
            header?: {
                /** @description Id of the last event that was heard of: the stream begins with what was missed since; 410 when nobody knows any more. Kinds that its stream did not tell of begin */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Event"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createIdentityProviderPreview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityProvider"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderPreview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getIdentityProviderPreview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderPreview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listIdentityProviders: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProviderList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createIdentityProvider: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityProvider"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProvider"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getIdentityProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProvider"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceIdentityProvider: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityProvider"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProvider"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProvider"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteIdentityProvider: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProvider"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchIdentityProvider: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["IdentityProvider"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityProvider"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAllInvitations: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptInvitation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedInvitation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createManagementCredential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterCredential"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listOperations: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    retryOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    overview: {
        parameters: {
            query?: {
                /** @description Only what is this team's, and its quota */
                team?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPlanPolicys: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPolicyList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createPlanPolicy: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanPolicy"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPolicy"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPlanPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPolicy"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replacePlanPolicy: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanPolicy"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPolicy"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPolicy"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deletePlanPolicy: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPolicy"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchPlanPolicy: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["PlanPolicy"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPolicy"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPlans: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createPlan: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Plan"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replacePlan: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Plan"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deletePlan: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchPlan: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["Plan"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    explainPlan: {
        parameters: {
            query?: {
                /** @description A version other than the current one */
                version?: string;
                /** @description As this team meets it: what policies lock and limit */
                team?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPlanVersions: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanVersionList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createPlanVersion: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanVersion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanVersion"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPlanVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanVersion"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replacePlanVersion: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanVersion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanVersion"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanVersion"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deletePlanVersion: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanVersion"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchPlanVersion: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["PlanVersion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanVersion"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPlanImpact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanImpactList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    platform: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Platform"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listQuotas: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuotaList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getQuota: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quota"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceQuota: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Quota"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quota"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quota"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchQuota: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["Quota"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quota"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAllRobots: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RobotList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRoleBindings: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleBindingList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRoleBinding: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleBinding"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleBinding"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRoleBinding: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleBinding"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteRoleBinding: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleBinding"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRoles: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRole: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Role"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceRole: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Role"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteRole: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchRole: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["Role"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    search: {
        parameters: {
            query: {
                /** @description Words, each of which must be in a name, a title or a team's name; at most 100 characters */
                q: string;
                /** @description Only of these, with commas between */
                kinds?: string;
                /** @description Only what is this team's */
                team?: string;
                /** @description So many, at most 20; 20 when not given */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hits"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteSessions: {
        parameters: {
            query?: {
                /** @description Login name of somebody else; takes the permission user.write */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedSessions"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteSession: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSignInSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInSettings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceSignInSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInSettings"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInSettings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listTeams: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createTeam: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Team"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTeam: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceTeam: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Team"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteTeam: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchTeam: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["Team"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listTeamAuditRecords: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRecordList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listClusterNamespaces: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterNamespaceList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createClusterNamespace: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClusterNamespace"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterNamespace"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getClusterNamespace: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterNamespace"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceClusterNamespace: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClusterNamespace"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterNamespace"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterNamespace"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteClusterNamespace: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterNamespace"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchClusterNamespace: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["ClusterNamespace"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterNamespace"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listClusters: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createCluster: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Cluster"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getCluster: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceCluster: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Cluster"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteCluster: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchCluster: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["Cluster"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cluster"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getClusterAccess: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterAccess"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createClusterCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterCredential"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createInvitation: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Invitation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getInvitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteInvitation: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listMemberships: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MembershipList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createMembership: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Membership"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMembership: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceMembership: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Membership"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteMembership: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchMembership: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["Membership"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listTeamOperations: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRobots: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RobotList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRobot: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Robot"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Robot"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRobot: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Robot"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceRobot: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Robot"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Robot"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Robot"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteRobot: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Robot"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchRobot: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["Robot"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Robot"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRobotTokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRobotToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    revokeRobotToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    listTrustedIssuers: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedIssuerList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createTrustedIssuer: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrustedIssuer"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedIssuer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTrustedIssuer: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedIssuer"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceTrustedIssuer: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrustedIssuer"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedIssuer"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedIssuer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteTrustedIssuer: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedIssuer"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchTrustedIssuer: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["TrustedIssuer"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrustedIssuer"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description Objects on a page, 1 to 500; 50 when not given */
                limit?: string;
                /** @description From the page before; empty at the end */
                continue?: string;
                /** @description field=value,field!=value,field~text,field>=value,field<value */
                filter?: string;
                /** @description A field, with - in front for descending; several with commas */
                orderBy?: string;
                /** @description As kubectl's -l */
                labelSelector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createUser: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description A repeated request with the same key gets the first one's answer, for a day */
                "Idempotency-Key"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["User"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag of the last read; answers 304 when nothing changed */
                "If-None-Match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    replaceUser: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header?: {
                /** @description ETag of the last read, or *; refuses (428) without one of the two */
                "If-Match"?: string;
                /** @description *: make it, and refuse (412) when there is one */
                "If-None-Match"?: string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["User"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"] | components["schemas"]["Preview"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteUser: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchUser: {
        parameters: {
            query?: {
                /** @description All: only say what would happen */
                dryRun?: string;
            };
            header: {
                /** @description ETag of the last read, or * */
                "If-Match": string;
                /** @description Digest of the preview that was looked at; refuses (412) when things have moved */
                "If-Preview-Digest"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["User"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"] | components["schemas"]["Preview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createClaimLink: {
        parameters: {
            query?: {
                /** @description true: take their password and their sessions away first */
                reset?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimLink"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    resetSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhoAmI"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authFactorPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authStyle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authAuthorizePage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authAuthorize: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    authClaimPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authClaim: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    authDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceAuthorization"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authDevicePage: {
        parameters: {
            query?: {
                /** @description The code */
                user_code?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authDeviceDecide: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authInvitationPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authLoginPage: {
        parameters: {
            query?: {
                /** @description Where to go afterwards: a page below /auth/ or of the console; / when not given */
                next?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    authLoginCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    authLogout: {
        parameters: {
            query?: {
                /** @description true ends every session of the person */
                all?: string;
            };
            header?: {
                /** @description With it, from the console's pages: answers where to go instead of going */
                "kore-client"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedOut"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    authProviderCallback: {
        parameters: {
            query?: {
                /** @description What the sign-in is worth */
                code?: string;
                /** @description Which sign-in it answers */
                state?: string;
                /** @description Which provider says so */
                iss?: string;
                /** @description Why there is no code */
                error?: string;
            };
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    authProviderStart: {
        parameters: {
            query?: {
                /** @description Where to go afterwards: a page below /auth/ or of the console; / when not given */
                next?: string;
                /** @description A configuration that is tried, instead of the saved one */
                preview?: string;
            };
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    authRevoke: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    authToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    favicon: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleIcon: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getKubernetes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                cluster: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putKubernetes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                cluster: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    postKubernetes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                cluster: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteKubernetes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                cluster: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patchKubernetes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                cluster: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleMark: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    livez: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleManifest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleOperations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleOperationsBelow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readyz: {
        parameters: {
            query?: {
                /** @description A line for each dependency */
                verbose?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleSignedIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleSignedInBelow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleTeams: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    consoleTeamsBelow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
