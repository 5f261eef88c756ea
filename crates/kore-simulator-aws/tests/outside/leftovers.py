"""What clusters leave behind, and faults on the way."""

import botocore.exceptions

from eks import Account, TEAM
from outside import REGION, client, control, refused, tests

NAME = "kore-dev"


def test_what_eks_makes_is_gone_with_the_cluster():
    account = Account()
    before = control("GET", "world")
    account.active(deletionProtection=False)
    cluster = account.eks.describe_cluster(name=NAME)["cluster"]
    group = cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]
    interfaces = account.ec2.describe_network_interfaces(Filters=[{"Name": "description", "Values": [f"Amazon EKS {NAME}"]}])
    assert [it["Groups"][0]["GroupId"] for it in interfaces["NetworkInterfaces"]] == [group, group]
    refused("DependencyViolation", account.ec2.delete_subnet, SubnetId=account.subnets[0])
    refused("DependencyViolation", account.ec2.delete_security_group, GroupId=group)
    delete(account)
    assert control("GET", "world") == before


def delete(account):
    account.eks.delete_cluster(name=NAME)
    for _ in range(2):
        account.eks.describe_cluster(name=NAME)
    refused("ResourceNotFoundException", account.eks.describe_cluster, name=NAME)


def test_what_workloads_make_outlives_it_until_it_is_swept():
    account = Account()
    before = control("GET", "world")
    account.active(deletionProtection=False)
    left = control("POST", "leftovers", {"account": TEAM, "region": REGION, "cluster": NAME})
    delete(account)
    elb = client("elbv2", {"AccessKeyId": f"AKIAKORE{TEAM}", "SecretAccessKey": "x"})
    world = control("GET", "world")["accounts"][TEAM][REGION]
    for kind, ids in left.items():
        assert set(ids) <= set(world[kind]), kind
    tagged = [{"Name": "tag:kore:cluster", "Values": ["dev"]}]
    assert [it["VolumeId"] for it in account.ec2.describe_volumes(Filters=tagged)["Volumes"]] == left["volumes"]
    refused("DependencyViolation", account.ec2.delete_subnet, SubnetId=account.subnets[0])
    elb.delete_load_balancer(LoadBalancerArn=left["loadBalancers"][0])
    elb.delete_target_group(TargetGroupArn=left["targetGroups"][0])
    account.ec2.delete_network_interface(NetworkInterfaceId=left["networkInterfaces"][0])
    account.ec2.delete_security_group(GroupId=left["securityGroups"][0])
    account.ec2.delete_volume(VolumeId=left["volumes"][0])
    assert control("GET", "world") == before
    account.ec2.delete_subnet(SubnetId=account.subnets[0])


def test_every_cluster_leaves_something_when_that_is_set():
    account = Account()
    control("PUT", "settings", {"leftovers": True, "polls": 2})
    account.active(deletionProtection=False)
    delete(account)
    world = control("GET", "world")["accounts"][TEAM][REGION]
    assert {"volumes", "loadBalancers", "targetGroups", "networkInterfaces", "securityGroups"} <= set(world)


def test_faults_are_in_the_services_own_words():
    account = Account()
    codes = {
        ("eks", "throttled"): "ThrottlingException",
        ("eks", "unavailable"): "ServiceUnavailableException",
        ("eks", "internal"): "ServerException",
        ("eks", "denied"): "AccessDeniedException",
        ("eks", "quota"): "ResourceLimitExceededException",
        ("eks", "expired"): "ExpiredTokenException",
    }
    for (service, kind), code in codes.items():
        control("POST", "faults", {"service": service, "operation": "CreateCluster", "kind": kind})
        refused(code, account.eks.create_cluster, **account.cluster())
    account.eks.create_cluster(**account.cluster())
    ec2_codes = {"throttled": "RequestLimitExceeded", "denied": "UnauthorizedOperation", "quota": "VpcLimitExceeded"}
    for kind, code in ec2_codes.items():
        control("POST", "faults", {"service": "ec2", "operation": "CreateVpc", "kind": kind, "account": TEAM})
        refused(code, account.ec2.create_vpc, CidrBlock="10.7.0.0/16")
    assert control("GET", "faults") == []


def test_answers_are_lost_after_and_before():
    account = Account()
    wanted = account.cluster()
    def cut():
        try:
            account.eks.create_cluster(**wanted)
        except (botocore.exceptions.ConnectionClosedError, botocore.exceptions.EndpointConnectionError):
            return
        raise AssertionError("answered")
    control("POST", "faults", {"service": "eks", "operation": "CreateCluster", "kind": "cut"})
    cut()
    assert account.eks.list_clusters()["clusters"] == []
    control("POST", "faults", {"service": "eks", "operation": "CreateCluster", "kind": "lost"})
    cut()
    assert account.eks.list_clusters()["clusters"] == [NAME]
    assert account.eks.create_cluster(**wanted)["cluster"]["status"] == "CREATING"
    lost = [it for it in control("GET", "requests") if it["operation"] == "CreateCluster"]
    assert [(it["status"], it["lost"]) for it in lost] == [(0, False), (200, True), (200, False)], lost


def test_what_is_stuck_stays_so():
    account = Account()
    control("POST", "faults", {"service": "eks", "operation": "CreateCluster", "kind": "stuck"})
    account.eks.create_cluster(**account.cluster())
    for _ in range(6):
        assert account.eks.describe_cluster(name=NAME)["cluster"]["status"] == "CREATING"
    control("POST", "fates", {"kind": "cluster", "cluster": NAME, "fate": "well"})
    account.seen(lambda: account.eks.describe_cluster(name=NAME)["cluster"], "CREATING", "ACTIVE")


if __name__ == "__main__":
    tests(globals())
