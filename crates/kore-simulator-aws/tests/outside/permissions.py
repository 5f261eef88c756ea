"""Policies that are enforced, and the question what they allow."""

import eks
from cloudformation import Account, TEAM
from outside import MANAGEMENT, REGION, administrator, client, control, refused, tests, trusting


def role_of(name):
    """A session of a role of Kore's; it trusts whoever tests for that."""
    iam = client("iam", administrator(TEAM))
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trusting({"AWS": MANAGEMENT}))
    arn = iam.get_role(RoleName=name)["Role"]["Arn"]
    return client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]


def test_a_stack_is_made_with_what_its_role_may_do_and_no_more():
    account = Account()
    session = role_of("kore-network")
    control("PUT", "settings", {"enforce": True})
    account.cfn = client("cloudformation", session)
    account.cfn.create_stack(**account.wanted(StackName="kore-dev"))
    account.seen("kore-dev", "CREATE_COMPLETE")
    account.cfn.delete_stack(StackName="kore-dev")
    account.gone("kore-dev")
    refused("AccessDenied", account.cfn.create_stack, **account.wanted(StackName="other", ClientRequestToken="t-2"))
    other = account.wanted(ClientRequestToken="t-3", RoleARN=f"arn:aws:iam::{TEAM}:role/kore-cluster")
    refused("ValidationError", account.cfn.create_stack, **other)
    refused("UnauthorizedOperation", client("ec2", session).create_vpc, CidrBlock="10.0.0.0/16")
    # Without the tag that the role's policy asks for, there is no key.
    account.cfn.create_stack(**account.wanted(Tags=[], ClientRequestToken="t-4"))
    account.seen("kore-dev", "ROLLBACK_COMPLETE")
    assert any("kms:CreateKey" in (reason or "") for _, reason in account.failures("kore-dev"))


def test_the_cluster_role_reaches_its_own_clusters():
    Account()
    clusters = client("eks", role_of("kore-cluster"))
    control("PUT", "settings", {"enforce": True})
    clusters.list_clusters()
    refused("AccessDeniedException", clusters.describe_cluster, name="kore-dev")
    refused("AccessDeniedException", clusters.describe_cluster_versions)
    refused("AccessDeniedException", clusters.describe_addon, clusterName="other", addonName="x")
    refused("ResourceNotFoundException", clusters.describe_addon, clusterName="kore-dev", addonName="x")


def test_a_cluster_lives_by_its_role_alone():
    Account()
    account = eks.Account()
    account.eks = client("eks", role_of("kore-cluster"))
    account.offers = client("eks", role_of("kore-info"))
    control("PUT", "settings", {"enforce": True})
    untagged = {key: value for key, value in account.cluster().items() if key != "tags"}
    refused("AccessDeniedException", account.eks.create_cluster, **untagged)
    eks.whole_life(account)


def test_a_principal_is_simulated():
    account = Account()
    iam = account.iam
    arn = f"arn:aws:iam::{TEAM}:role/kore-network"
    def decisions(**question):
        answer = iam.simulate_principal_policy(PolicySourceArn=arn, **question)
        return {it["EvalActionName"]: it["EvalDecision"] for it in answer["EvaluationResults"]}
    stack = f"arn:aws:cloudformation:{REGION}:{TEAM}:stack/kore-a/1"
    actions = ["cloudformation:CreateStack", "cloudformation:ExecuteChangeSet"]
    assert decisions(ActionNames=actions, ResourceArns=[stack]) == {actions[0]: "allowed", actions[1]: "implicitDeny"}
    passed = dict(ActionNames=["iam:PassRole"], ResourceArns=[account.role])
    assert decisions(**passed) == {"iam:PassRole": "implicitDeny"}
    service = {"ContextKeyName": "iam:PassedToService", "ContextKeyType": "string", "ContextKeyValues": ["cloudformation.amazonaws.com"]}
    assert decisions(**passed, ContextEntries=[service]) == {"iam:PassRole": "allowed"}
    refused("NoSuchEntity", iam.simulate_principal_policy, PolicySourceArn=arn + "x", ActionNames=["a:b"])


def test_users_have_keys():
    iam = client("iam", administrator(TEAM))
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    assert client("sts", key).get_caller_identity()["Arn"] == f"arn:aws:iam::{TEAM}:user/ann"
    control("PUT", "settings", {"enforce": True})
    refused("AccessDenied", client("iam", key).list_roles)
    iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
    refused("InvalidClientTokenId", client("sts", key).get_caller_identity)


if __name__ == "__main__":
    tests(globals())
