//! The one table of problem codes. Codes are permanent: texts may improve, a code never changes its
//! meaning and is never used again. `docs/errors.md` is generated from here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose move it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Owner {
    /// Whoever sent the request.
    You,
    /// The platform's administrators.
    PlatformTeam,
    /// The cloud, or the machine that stands in for it.
    Cloud,
    /// Kore itself: a bug or a passing state.
    Kore,
}

/// What is fixed about a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// As `KORE-INPUT-0002`.
    pub code: &'static str,
    /// HTTP status when a request ends in it.
    pub status: u16,
    /// A few words.
    pub title: &'static str,
    /// Whose move it is.
    pub owner: Owner,
    /// Whether it may pass without anybody acting.
    pub retryable: bool,
    /// What it means and why it happens, for the page about it.
    pub meaning: &'static str,
    /// What to do, one line each.
    pub fix: &'static [&'static str],
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $owner:ident, $retry:literal, $title:literal, $meaning:literal, [$($fix:literal),*];)*) => {
        /// A problem code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $title] $(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What is fixed about this code.
            #[must_use]
            pub const fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$variant => &Entry {
                        code: $code, status: $status, title: $title, owner: Owner::$owner,
                        retryable: $retry, meaning: $meaning, fix: &[$($fix),*],
                    },)*
                }
            }
        }
    };
}

codes! {
    // AUTH
    AuthRequired = "KORE-AUTH-0001", 401, You, false, "Sign-in needed",
        "The request carried no credential, or one that this server does not know.",
        ["sign in: kore login"];
    AuthExpired = "KORE-AUTH-0002", 401, You, false, "Session or token expired",
        "The token was valid once. Access tokens live 15 minutes and are renewed by the command line; the session behind it has ended.",
        ["sign in again: kore login"];
    AuthForbidden = "KORE-AUTH-0003", 403, PlatformTeam, false, "Not allowed",
        "You are known, and the object is known to you, but none of your roles allows this.",
        ["ask an owner of the team or a platform administrator for the role named above"];
    AuthClaimUsed = "KORE-AUTH-0004", 410, PlatformTeam, false, "Claim link used or expired",
        "A claim link works once, for as long as the page says, and only as long as no newer one was made.",
        ["ask an administrator for another: kore user reset NAME", "the first administrator gets one on the machine that runs Kore: kore admin reset-link"];
    AuthBadCredentials = "KORE-AUTH-0005", 401, You, false, "Name or password wrong",
        "The pair did not match. Kore does not say which of the two was wrong.",
        ["try again, or on the machine that runs Kore: kore admin reset-link"];
    AuthTooMany = "KORE-AUTH-0006", 429, You, true, "Too many attempts",
        "Attempts are limited per name and per address.",
        ["wait as long as Retry-After says"];
    AuthAudience = "KORE-AUTH-0007", 401, You, false, "Credential is for something else",
        "A cluster credential works only at the gateway path of its cluster; an API token only at the API.",
        ["get a fresh one: kore kubeconfig add TEAM/CLUSTER"];
    GrantBeyond = "KORE-AUTH-0008", 403, PlatformTeam, false, "Cannot hand on what you do not hold",
        "The role has permissions that you do not hold there yourself, or not for as long. What comes by an elevation, or from some networks only, is not handed on.",
        ["ask somebody who holds them", "bind a smaller role, or one that ends no later than yours"];
    ElevationOver = "KORE-AUTH-0009", 409, You, false, "The elevation has been decided",
        "It was approved, refused or ended already, or its time is over.",
        ["look at it: kore elevation list", "ask again: kore elevation request"];
    AuthProvider = "KORE-AUTH-0010", 502, PlatformTeam, true, "Identity provider does not work",
        "The identity provider did not answer, or its answer is not to be trusted. The reason is in the log under the request's id.",
        ["try again", "ask a platform administrator to look at the provider: kore idp preview NAME"];
    AuthNotAdmitted = "KORE-AUTH-0011", 403, PlatformTeam, false, "Not on the allow-list",
        "The identity provider knows you, but this installation does not take everybody whom it knows.",
        ["ask a platform administrator to admit your domain or group, and say which account you used"];
    AuthAttempt = "KORE-AUTH-0012", 400, You, false, "Sign-in was not finished",
        "The answer of the identity provider does not belong to a sign-in that this browser began, came twice, or came too late.",
        ["begin again at the sign-in page, in one browser"];
    AuthDisabled = "KORE-AUTH-0013", 403, PlatformTeam, false, "Account is disabled",
        "A platform administrator has disabled the account.",
        ["ask a platform administrator"];
    TooManyTokens = "KORE-AUTH-0014", 409, You, false, "Too many tokens",
        "A robot has two tokens at most, so that one can take the other's place; a person has fifty.",
        ["see which there are: kore robot token list TEAM/NAME, kore token list", "revoke one that is not used"];
    // INPUT
    InputMalformed = "KORE-INPUT-0001", 400, You, false, "Request cannot be read",
        "The body is not JSON, or a parameter is not of its form.",
        ["send what the description at /api/v1/openapi.json says"];
    InputInvalid = "KORE-INPUT-0002", 422, You, false, "Fields are invalid",
        "The request could be read, but fields are unknown, missing or outside their range. Each is listed with its path.",
        ["correct the fields listed"];
    InputUnknownPlan = "KORE-INPUT-0003", 422, You, false, "No such plan",
        "The plan or plan version does not exist or is not published.",
        ["see what there is: kore plan list"];
    InputName = "KORE-INPUT-0004", 422, You, false, "Not a valid name",
        "Names are RFC 1123 labels of at most 40 characters: lower-case letters, digits and dashes, a letter first.",
        ["choose another name"];
    InputImmutable = "KORE-INPUT-0005", 422, You, false, "Cannot be changed later",
        "The field is fixed when the object is made.",
        ["make a new object with the value you need"];
    InputVersion = "KORE-INPUT-0006", 422, You, false, "Not the next Kubernetes version",
        "A cluster's Kubernetes version goes up, by one minor version at a time, and never down; what is on its way to a version gets there first.",
        ["see where the cluster is: kore cluster show TEAM/NAME", "go to the next version: kore cluster upgrade TEAM/NAME"];
    // OBJECT
    NotFound = "KORE-OBJECT-0001", 404, You, false, "Not found",
        "There is no such object, or it is not yours to know about.",
        ["list what you can see: kore team list, kore cluster list"];
    AlreadyExists = "KORE-OBJECT-0002", 409, You, false, "Name is taken",
        "An object of this kind and name exists already.",
        ["choose another name, or change the existing object"];
    PreconditionFailed = "KORE-OBJECT-0003", 412, You, false, "Changed in the meantime",
        "Somebody changed the object after the revision in If-Match. What Kore observes of it itself is no change.",
        ["read it again, look at what changed, and repeat your change"];
    PreconditionRequired = "KORE-OBJECT-0004", 428, You, false, "If-Match needed",
        "PUT and DELETE say which revision they mean, so that nobody overwrites what they have not seen.",
        ["send If-Match with the ETag of your last read"];
    StillOwns = "KORE-OBJECT-0005", 409, You, false, "Still owns things",
        "The object owns others and is not deleted before they are.",
        ["delete what is listed first"];
    Protected = "KORE-OBJECT-0006", 409, You, false, "Deletion protection is on",
        "The object carries deletionProtection.",
        ["turn it off first: kore cluster edit TEAM/NAME --set-spec deletionProtection=false"];
    ContinueExpired = "KORE-OBJECT-0007", 410, You, false, "Page token no longer valid",
        "The token belongs to another filter or order, or the index behind it is gone.",
        ["start the list again without the token"];
    IdempotencyConflict = "KORE-OBJECT-0008", 422, You, false, "Idempotency key used for something else",
        "The key was used within the last day with another request.",
        ["use a fresh key"];
    IdempotencyRunning = "KORE-OBJECT-0009", 409, You, true, "The first request with this key still runs",
        "A request with the same idempotency key has not ended yet.",
        ["wait and repeat"];
    Deleting = "KORE-OBJECT-0010", 409, You, false, "Is being deleted",
        "The object is on its way out and takes no changes.",
        ["wait until it is gone, then make a new one"];
    LastOwner = "KORE-OBJECT-0011", 409, You, false, "A team keeps an owner",
        "The change would leave the team without an owner.",
        ["make somebody else an owner first: kore team member add TEAM USER --role owner"];
    InUse = "KORE-OBJECT-0012", 409, You, false, "Still in use",
        "Something else needs the object, and would not know what to do without it.",
        ["remove what uses it first"];
    InvitationGone = "KORE-OBJECT-0013", 410, You, false, "Invitation does not work",
        "An invitation works until its time is over, as many people have used it as it was made for, or it or the right of whoever made it was taken back.",
        ["ask whoever invited you for another; they run: kore team invitation create TEAM --role ROLE"];
    ByGroup = "KORE-OBJECT-0014", 409, PlatformTeam, false, "Comes from a group",
        "The membership is not one that somebody gave: a group of an identity provider gives it, and would give it again at the next sign-in.",
        ["take the person out of the group at the provider, or change what the group is worth: kore idp edit NAME",
         "give a higher role of their own: kore team member add TEAM USER --role ROLE"];
    NothingToRetry = "KORE-OBJECT-0015", 409, You, false, "Nothing to try again",
        "Only the last operation on something that is still there is tried again, and only after it failed. Kore does that by itself too, after some minutes.",
        ["see what was done last: kore operation list"];
    // POLICY
    PolicyRefused = "KORE-POLICY-0001", 422, PlatformTeam, false, "A policy does not allow it",
        "Policies say what teams may change about their plans. Each field that is refused is listed with its value, the policy, its reason and its owner; every policy that applies must allow what a cluster is.",
        ["see what you may change: kore policy explain --team TEAM --plan PLAN", "drop the override, or ask the policy's owner"];
    PlanStage = "KORE-POLICY-0002", 422, PlatformTeam, false, "Plan version takes no clusters",
        "The plan version is a draft, or is retired. Clusters that are on a retired version stay; none comes to it.",
        ["see which there are: kore plan versions PLAN"];
    PlanStageBack = "KORE-POLICY-0003", 422, You, false, "A published version never changes",
        "A plan version goes from draft to published, deprecated and retired, and never back; only a draft is edited.",
        ["publish another version: kore plan publish PLAN"];
    // QUOTA
    QuotaExceeded = "KORE-QUOTA-0001", 403, PlatformTeam, true, "The team's quota is used up",
        "The team may not have more of what is named: what it has, what it asked for before and what is asked for now are together more than its quota. Nothing was made.",
        ["see what the team has: kore team quota show TEAM",
         "free some of it, or ask a platform administrator to raise it: kore team quota set TEAM NAME=NUMBER"];
    // NETWORK
    AddressesExhausted = "KORE-NETWORK-0001", 409, PlatformTeam, true, "No free address range",
        "No pool of addresses has all the ranges that the cluster needs. Nothing was made.",
        ["see the pools and who has what: kore address-pool list, kore address-pool reservations",
         "delete a cluster, or have a platform administrator add a pool: kore address-pool create NAME"];
    AddressesOverlap = "KORE-NETWORK-0002", 409, You, false, "Somebody has these addresses",
        "The range overlaps one that is reserved already.",
        ["see who has it: kore address-pool reservations"];
    // CLUSTER
    ClusterBlocked = "KORE-CLUSTER-0001", 422, PlatformTeam, false, "Blocked by its plan",
        "The overrides do not fit the plan version any more; nothing was dropped silently.",
        ["change the overrides, or choose another plan version"];
    ClusterNotReady = "KORE-CLUSTER-0002", 503, Kore, true, "Cluster is not reachable yet",
        "The cluster's API server does not answer yet; see its operation for what it waits for.",
        ["watch it: kore operation list"];
    ClusterStepTimeout = "KORE-CLUSTER-0003", 504, Kore, true, "A step takes longer than it should",
        "The step's own limit passed. Kore keeps trying; the step says what it waits for.",
        ["look at the step: kore operation show ID"];
    ClusterUnreachable = "KORE-CLUSTER-0004", 502, Kore, true, "Cluster does not answer",
        "The gateway could not reach the cluster's API server.",
        ["look at the cluster: kore cluster show TEAM/NAME"];
    ImpersonationRefused = "KORE-CLUSTER-0005", 403, You, false, "Impersonation is refused",
        "The gateway decides who you are in the cluster. Requests that carry Impersonate-* headers of their own are refused.",
        ["drop --as, --as-group and --as-uid"];
    ClusterAccessUnsafe = "KORE-CLUSTER-0006", 503, PlatformTeam, true, "The way into the cluster is open too wide",
        "The gateway's own credential may do more in the cluster than speak for people: somebody granted it something.",
        ["take back what was granted to the user kore-gateway: kubectl get clusterrolebindings,rolebindings -A -o wide"];
    ClusterDrainBlocked = "KORE-CLUSTER-0007", 409, You, true, "A node cannot be emptied",
        "A disruption budget does not let a pod leave the node. Kore keeps asking; the node stays until the pod has left.",
        ["raise the budget, or run more replicas of what it protects",
         "delete the pod that is named"];
    NamespaceTaken = "KORE-CLUSTER-0008", 409, You, false, "The cluster has such a namespace already",
        "Somebody made a namespace of this name in the cluster, not through Kore. Nothing in it is touched.",
        ["choose another name", "take it over with what is in it: kore namespace create TEAM/CLUSTER/NAME --adopt"];
    ClusterUpgradeHeld = "KORE-CLUSTER-0009", 409, You, true, "The upgrade is held before it begins",
        "Something in the cluster would break by the upgrade, or could not be looked at, which counts as much. Nothing was touched. Kore looks again and goes on by itself.",
        ["see each check and what to do: kore cluster upgrade TEAM/NAME --dry-run",
         "stay where it is: kore cluster edit TEAM/NAME --set kubernetesVersion=VERSION"];
    // LOCAL: this machine
    LocalPortInUse = "KORE-LOCAL-0001", 503, You, false, "Port in use",
        "Another program listens on a port that Kore needs.",
        ["stop it, or choose another: kore up --port PORT"];
    LocalDiskFull = "KORE-LOCAL-0002", 507, You, true, "Disk is full",
        "Writing failed for lack of space. Nothing already written is lost.",
        ["free some space; Kore goes on by itself"];
    LocalToolMissing = "KORE-LOCAL-0003", 503, You, false, "A program is missing",
        "A program that Kore needs is not installed.",
        ["in a clone: make up (installs what is missing)"];
    LocalPermission = "KORE-LOCAL-0004", 503, You, false, "Not enough rights on this machine",
        "Nodes need root: network namespaces, cgroups and mounts. Without it a cluster can have a control plane only.",
        ["run as root, or choose a plan with driver controlPlaneOnly"];
    LocalBusy = "KORE-LOCAL-0005", 409, You, true, "Another kore up or down is running",
        "One at a time per installation.",
        ["wait for it to end"];
    LocalProcess = "KORE-LOCAL-0006", 503, Kore, true, "A component does not stay up",
        "A process ended several times in a row; its last lines are below.",
        ["look at its log: kore logs platform"];
    LocalNetwork = "KORE-LOCAL-0007", 503, Kore, true, "Network set-up failed",
        "A link, address, route or rule could not be made.",
        ["kore doctor names what is missing"];
    LocalCgroup = "KORE-LOCAL-0008", 503, You, false, "Cgroups are not usable",
        "Nodes need writable cgroups (v1 or v2).",
        ["mount cgroups, or choose a plan with driver controlPlaneOnly"];
    LocalNotRunning = "KORE-LOCAL-0009", 503, You, false, "Kore is not running",
        "The supervisor's socket does not answer.",
        ["kore up"];
    LocalInstallation = "KORE-LOCAL-0010", 503, You, false, "Installation data cannot be used",
        "The data directory belongs to somebody else, to another installation or is damaged.",
        ["kore doctor says what is wrong with it"];
    LocalNoAddresses = "KORE-LOCAL-0011", 503, You, false, "No free address range",
        "Every range that local clusters may use is taken on this machine.",
        ["delete a cluster, or start with --address-pool CIDR"];
    LocalInotify = "KORE-LOCAL-0012", 503, You, false, "Too few inotify instances",
        "This host allows too few inotify instances for another Kubernetes node.",
        ["sudo sysctl fs.inotify.max_user_instances=512"];
    LocalRungLost = "KORE-LOCAL-0013", 503, PlatformTeam, true, "This machine can no longer run the cluster's nodes",
        "The cluster was made with nodes, and something that they need (root, cgroups, a runtime) is gone. Nothing of the cluster is removed.",
        ["start Kore as it was started before: kore doctor names what nodes need",
         "delete the cluster, and make one without nodes: kore cluster create TEAM/NAME --set driver=controlPlaneOnly"];
    LocalRehearsal = "KORE-LOCAL-0014", 503, You, false, "Nothing to rehearse with",
        "What stands in for the cloud that is to be rehearsed is not installed.",
        ["in a clone: make rehearsal (installs it), then kore up again"];
    // SERVER
    Unavailable = "KORE-SERVER-0001", 503, Kore, true, "Not available right now",
        "The server is starting or stopping.",
        ["try again in a moment"];
    DatabaseUnavailable = "KORE-SERVER-0002", 503, PlatformTeam, true, "Database does not answer",
        "Kore refuses writes it cannot record. Clusters and kubectl sessions that are open go on.",
        ["bring the database back; Kore goes on by itself"];
    ManagementUnavailable = "KORE-SERVER-0003", 503, PlatformTeam, true, "Management cluster does not answer",
        "The API server of the management cluster could not be reached, or has not answered yet. What a write asked for may still be done.",
        ["look whether it was done before you ask again", "bring the management cluster back; Kore goes on by itself"];
    RateLimited = "KORE-SERVER-0004", 429, You, true, "Too many requests",
        "Requests are limited per caller.",
        ["wait as long as Retry-After says"];
    TooLarge = "KORE-SERVER-0005", 413, You, false, "Request too large",
        "Bodies are limited to 1 MiB outside the gateway.",
        ["send less"];
    MethodNotAllowed = "KORE-SERVER-0006", 405, You, false, "Method not allowed here",
        "The path exists, but not with this method.",
        ["see /api/v1/openapi.json"];
    UnsupportedMediaType = "KORE-SERVER-0007", 415, You, false, "Unsupported media type",
        "The body's Content-Type is not one this route reads.",
        ["send application/json"];
    // CLOUD
    CloudPermissionsMissing = "KORE-CLOUD-0001", 409, PlatformTeam, true, "Kore is not allowed all it needs in the cloud",
        "A role that Kore takes there does not allow every action that it needs. The message names the role, the account and the actions.",
        ["hand the permissions to whoever looks after the cloud: kore cloud permissions aws", "then have it looked at: kore cloud check NAME"];
    CloudAccessLost = "KORE-CLOUD-0002", 502, PlatformTeam, true, "The cloud does not let Kore in",
        "A role that Kore takes there cannot be taken: it is missing, or does not trust this installation (any more). What is there stays as it is, and goes on by itself once Kore is let in again.",
        ["compare the role's trust with what Kore shows: kore cloud permissions aws --purpose PURPOSE", "then have it looked at: kore cloud check NAME"];
    CloudNotChecked = "KORE-CLOUD-0003", 503, Kore, true, "What Kore is allowed in the cloud is not known",
        "Nobody could look whether Kore is allowed what it needs there. It is not taken for allowed.",
        ["have it looked at: kore cloud check NAME"];
    CloudBusy = "KORE-CLOUD-0004", 503, Cloud, true, "The cloud asks for fewer requests",
        "The cloud answers a limited number of requests in a time, for each account. Kore asks again by itself, more slowly.",
        ["wait: nothing is lost", "look for what else asks much in this account, if it stays so"];
    CloudUnavailable = "KORE-CLOUD-0005", 502, Cloud, true, "The cloud does not answer",
        "A request to the cloud ended without an answer, or with an error of the cloud's own. What was asked for may still be done: Kore looks before it asks again.",
        ["wait: Kore asks again by itself", "look at the cloud's own status page, if it stays so"];
    CloudLimit = "KORE-CLOUD-0006", 409, PlatformTeam, true, "A limit of the cloud account is reached",
        "The account may have no more of what is to be made. Kore looks again now and then, and goes on once there is room.",
        ["have the limit that is named raised in the cloud's console, or free some of what it counts",
         "where it is the cluster's own range that is too small: fewer or smaller nodes, or a cluster of a pool with larger ranges"];
    CloudForeign = "KORE-CLOUD-0007", 409, PlatformTeam, false, "Something else in the cloud has this name",
        "A thing of this name is there and does not carry this installation's tag. Kore never changes or removes what it did not make.",
        ["remove or rename it, if nobody needs it", "or give yours another name"];
    CloudRefused = "KORE-CLOUD-0008", 422, PlatformTeam, false, "The cloud refuses what was asked for",
        "The cloud says that what was asked for cannot be; its own words are beside this.",
        ["change what is named, where it was said", "a parameter of a cluster: kore cluster edit TEAM/NAME --set PATH=VALUE, or the plan that it is from"];
    CloudFailed = "KORE-CLOUD-0009", 502, Cloud, true, "The cloud took it on and failed",
        "The cloud began what was asked for and ended it as failed; its own code and words are beside this. What was half made is removed, and Kore tries again.",
        ["do what the cloud's own words say", "try again at once: kore operation retry ID"];
    CloudHeld = "KORE-CLOUD-0010", 409, PlatformTeam, true, "Something left in the cloud holds a deletion",
        "A thing that Kore did not make uses what is to be removed. Kore never removes what it did not make, and goes on once that is gone.",
        ["remove what is named, or take it off the network of the cluster"];
    CloudNoRule = "KORE-CLOUD-0011", 409, PlatformTeam, true, "No account rule gives the team an account",
        "Accounts are made by rules, and none makes one for this team and this stage.",
        ["see why: kore account-rule test --team TEAM --stage STAGE", "make a rule: kore account-rule create NAME --cloud CLOUD", "or an account without one: kore account create NAME --cloud CLOUD --team TEAM"];
    // INTERNAL
    Internal = "KORE-INTERNAL-0001", 500, Kore, true, "Something went wrong in Kore",
        "An error that nobody classified. Each one is a bug.",
        ["report it with the request id"];
}

impl Code {
    /// The code of this text, as `KORE-INPUT-0002`.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.entry().code.eq_ignore_ascii_case(text))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_well_formed_and_say_what_to_do() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            let entry = code.entry();
            assert!(seen.insert(entry.code), "{} twice", entry.code);
            let parts: Vec<_> = entry.code.split('-').collect();
            assert_eq!((parts.len(), parts[0], parts[2].len()), (3, "KORE", 4), "{}", entry.code);
            assert!(!entry.fix.is_empty() && entry.meaning.ends_with('.'), "{}", entry.code);
            assert!((400..600).contains(&entry.status));
            assert_eq!(Code::find(entry.code), Some(*code));
        }
    }
}
