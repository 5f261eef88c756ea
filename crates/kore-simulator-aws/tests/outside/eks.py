"""The life of a cluster."""

import json

from outside import MANAGEMENT, REGION, administrator, client, control, refused, tests, trusting

TEAM = "111111111111"


class Account:
    """An account with what is below a cluster."""

    def __init__(self):
        credentials = administrator(TEAM)
        self.ec2, self.iam, self.kms = (client(name, credentials) for name in ("ec2", "iam", "kms"))
        self.eks = self.offers = client("eks", credentials)
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.vpc = vpc
        self.subnets = [self.subnet(vpc, number) for number in (0, 1)]
        self.key = self.kms.create_key()["KeyMetadata"]["Arn"]
        self.role = self.made("cluster", "eks.amazonaws.com")
        self.nodes = self.made("nodes", "ec2.amazonaws.com")
        self.pods = self.made("pods", "pods.eks.amazonaws.com")
        self.admin = self.made("admin", "eks.amazonaws.com")

    def subnet(self, vpc, number):
        zone = REGION + "ab"[number]
        made = self.ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)
        return made["Subnet"]["SubnetId"]

    def made(self, name, service):
        trust = json.loads(trusting({"Service": service}))
        trust["Statement"][0]["Action"] = ["sts:AssumeRole", "sts:TagSession"]
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), Path="/kore/cluster/")
        return made["Role"]["Arn"]

    def cluster(self, **more):
        """A cluster as Kore makes them."""
        return {
            "name": "kore-dev",
            "roleArn": self.role,
            "version": "1.34",
            "resourcesVpcConfig": {
                "subnetIds": self.subnets,
                "endpointPublicAccess": True,
                "endpointPrivateAccess": True,
                "publicAccessCidrs": ["192.0.2.0/24"],
            },
            "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": self.key}}],
            "logging": {"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]},
            "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
            "upgradePolicy": {"supportType": "STANDARD"},
            "deletionProtection": True,
            "bootstrapSelfManagedAddons": False,
            "zonalShiftConfig": {"enabled": True},
            "tags": {"kore:cluster": "dev"},
            "clientRequestToken": "token-1",
        } | more

    def active(self, **more):
        self.eks.create_cluster(**self.cluster(**more))
        return self.seen(lambda: self.eks.describe_cluster(name="kore-dev")["cluster"], "CREATING", "ACTIVE")

    @staticmethod
    def seen(look, before, after):
        """The thing, which is `before` and then `after`."""
        for _ in range(5):
            thing = look()
            if thing["status"] == after:
                return thing
            assert thing["status"] == before, thing
        raise AssertionError(f"still {thing['status']}")

    def updated(self, update, status="Successful", **of):
        return self.seen(lambda: self.eks.describe_update(name="kore-dev", updateId=update["id"], **of)["update"], "InProgress", status)


def test_a_whole_life():
    whole_life(Account())


def whole_life(account):
    eks = account.eks
    begun = eks.create_cluster(**account.cluster())["cluster"]
    assert begun["status"] == "CREATING" and "endpoint" not in begun
    assert eks.create_cluster(**account.cluster())["cluster"] == begun
    refused("ResourceInUseException", eks.create_cluster, **account.cluster(version="1.35"))
    refused("InvalidRequestException", eks.create_addon, clusterName="kore-dev", addonName="vpc-cni")
    cluster = account.seen(lambda: eks.describe_cluster(name="kore-dev")["cluster"], "CREATING", "ACTIVE")
    for given in ("deletionProtection", "upgradePolicy", "encryptionConfig", "tags", "zonalShiftConfig"):
        assert cluster[given] == account.cluster()[given], given
    assert cluster["endpoint"].startswith("https://") and cluster["certificateAuthority"]["data"]
    assert cluster["identity"]["oidc"]["issuer"].startswith("https://oidc.eks.")
    assert cluster["resourcesVpcConfig"]["vpcId"] == account.vpc
    assert eks.list_access_entries(clusterName="kore-dev")["accessEntries"] == []

    entry = {"clusterName": "kore-dev", "principalArn": account.admin}
    eks.create_access_entry(**entry, tags={"a": "b"})
    policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    eks.associate_access_policy(**entry, policyArn=policy, accessScope={"type": "cluster"})
    listed = eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
    assert [it["policyArn"] for it in listed] == [policy]

    offered = account.offers.describe_addon_versions(addonName="vpc-cni", kubernetesVersion="1.34")["addons"][0]["addonVersions"]
    newest = offered[0]["addonVersion"]
    eks.create_addon(
        clusterName="kore-dev", addonName="vpc-cni", addonVersion=newest, resolveConflicts="OVERWRITE",
        podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": account.pods}],
    )
    addon = lambda name: lambda: eks.describe_addon(clusterName="kore-dev", addonName=name)["addon"]
    account.seen(addon("vpc-cni"), "CREATING", "ACTIVE")
    eks.create_addon(clusterName="kore-dev", addonName="coredns")
    degraded = account.seen(addon("coredns"), "CREATING", "DEGRADED")
    assert degraded["health"]["issues"][0]["code"] == "InsufficientNumberOfReplicas"

    group = {"clusterName": "kore-dev", "nodegroupName": "main"}
    eks.create_nodegroup(
        **group, subnets=account.subnets, nodeRole=account.nodes, instanceTypes=["m6i.large"],
        scalingConfig={"minSize": 1, "desiredSize": 2, "maxSize": 3}, amiType="BOTTLEROCKET_x86_64",
    )
    node_group = lambda: eks.describe_nodegroup(**group)["nodegroup"]
    assert account.seen(node_group, "CREATING", "ACTIVE")["version"] == "1.34"
    account.seen(addon("coredns"), "DEGRADED", "ACTIVE")
    assert account.nodes in eks.list_access_entries(clusterName="kore-dev")["accessEntries"]

    update = eks.update_nodegroup_config(**group, scalingConfig={"desiredSize": 3}, labels={"addOrUpdateLabels": {"a": "b"}})
    refused("ResourceInUseException", eks.update_nodegroup_config, **group, scalingConfig={"desiredSize": 1})
    account.updated(update["update"], nodegroupName="main")
    assert node_group()["scalingConfig"] == {"minSize": 1, "desiredSize": 3, "maxSize": 3}

    assert {it["insightStatus"]["status"] for it in eks.list_insights(clusterName="kore-dev")["insights"]} == {"PASSING"}
    refused("InvalidParameterException", eks.update_cluster_version, name="kore-dev", version="1.36")
    update = eks.update_cluster_version(name="kore-dev", version="1.35")["update"]
    refused("ResourceInUseException", eks.update_cluster_version, name="kore-dev", version="1.35")
    account.updated(update)
    update = eks.update_nodegroup_version(**group, version="1.35")["update"]
    account.updated(update, nodegroupName="main")
    assert node_group()["version"] == "1.35"
    update = eks.update_addon(clusterName="kore-dev", addonName="coredns", resolveConflicts="PRESERVE")["update"]
    account.updated(update, addonName="coredns")

    refused("ResourceInUseException", eks.delete_cluster, name="kore-dev")
    eks.delete_nodegroup(**group)
    for _ in range(2):
        assert node_group()["status"] == "DELETING"
    refused("ResourceNotFoundException", eks.describe_nodegroup, **group)
    refused("InvalidRequestException", eks.delete_cluster, name="kore-dev")
    account.updated(eks.update_cluster_config(name="kore-dev", deletionProtection=False)["update"])
    eks.delete_cluster(name="kore-dev")
    for _ in range(2):
        assert eks.describe_cluster(name="kore-dev")["cluster"]["status"] == "DELETING"
    refused("ResourceNotFoundException", eks.describe_cluster, name="kore-dev")
    last = control("GET", "requests")[-1]
    assert (last["operation"], last["parameters"], last["code"]) == ("DescribeCluster", {"name": "kore-dev"}, "ResourceNotFoundException")
    assert eks.list_clusters()["clusters"] == []


def test_node_groups_run_machines_as_their_launch_template_says():
    account = Account()
    account.active()
    eks, ec2 = account.eks, account.ec2
    marks = [{"ResourceType": "instance", "Tags": [{"Key": "kore:cluster", "Value": "dev"}]}]
    data = {"MetadataOptions": {"HttpTokens": "required"}, "TagSpecifications": marks}
    made = ec2.create_launch_template(LaunchTemplateName="kore-dev-main", LaunchTemplateData=data)["LaunchTemplate"]["LaunchTemplateId"]
    group = {"clusterName": "kore-dev", "nodegroupName": "main"}
    wanted = group | {
        "subnets": account.subnets, "nodeRole": account.nodes, "instanceTypes": ["m6i.large"],
        "scalingConfig": {"minSize": 2, "desiredSize": 2, "maxSize": 2},
    }
    def wrong(**template):
        refused("InvalidParameterException", eks.create_nodegroup, **wanted, launchTemplate=template)
    wrong(id="lt-0")
    wrong(id=made, version="7")
    wrong(id=made, name="kore-dev-main")
    refused("InvalidParameterException", eks.create_nodegroup, **wanted, launchTemplate={"id": made}, diskSize=50)
    placed = {"LaunchTemplateName": "placed", "LaunchTemplateData": {"NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": account.subnets[0]}]}}
    wrong(id=ec2.create_launch_template(**placed)["LaunchTemplate"]["LaunchTemplateId"])

    eks.create_nodegroup(**wanted, launchTemplate={"id": made})
    node_group = lambda: eks.describe_nodegroup(**group)["nodegroup"]
    begun = account.seen(node_group, "CREATING", "ACTIVE")["launchTemplate"]
    assert begun == {"id": made, "name": "kore-dev-main", "version": "1"}
    def machines():
        filters = [{"Name": "tag:kore:cluster", "Values": ["dev"]}, {"Name": "instance-state-name", "Values": ["pending", "running"]}]
        return [it["InstanceId"] for one in ec2.describe_instances(Filters=filters)["Reservations"] for it in one["Instances"]]
    assert len(machines()) == 2
    ec2.create_launch_template_version(LaunchTemplateId=made, LaunchTemplateData={"EbsOptimized": True})
    other = ec2.create_launch_template(LaunchTemplateName="other", LaunchTemplateData=data)["LaunchTemplate"]["LaunchTemplateId"]
    refused("InvalidParameterException", eks.update_nodegroup_version, **group, launchTemplate={"id": other, "version": "1"})
    update = eks.update_nodegroup_version(**group, launchTemplate={"id": made, "version": "2"})["update"]
    account.updated(update, nodegroupName="main")
    assert node_group()["launchTemplate"]["version"] == "2"
    eks.delete_nodegroup(**group)
    while eks.list_nodegroups(clusterName="kore-dev")["nodegroups"]:
        try:
            node_group()
        except eks.exceptions.ResourceNotFoundException:
            pass
    assert machines() == []


def test_more_vcpus_than_the_account_may_have_are_not_launched():
    account = Account()
    account.active()
    quotas = client("service-quotas", administrator(TEAM))
    standard = {"ServiceCode": "ec2", "QuotaCode": "L-1216C47A"}
    # While it is the value by default there is no other.
    refused("NoSuchResourceException", quotas.get_service_quota, **standard)
    assert quotas.get_aws_default_service_quota(**standard)["Quota"]["Value"] == 64
    control("PUT", "settings", {"quotas": {"vcpus": 3, "spotVcpus": 2}})
    assert quotas.get_service_quota(**standard)["Quota"]["Value"] == 3
    def group(name, **more):
        eks, named = account.eks, {"clusterName": "kore-dev", "nodegroupName": name}
        sizes = {"minSize": 1, "desiredSize": 1, "maxSize": 1}
        eks.create_nodegroup(**named, subnets=account.subnets, nodeRole=account.nodes, instanceTypes=["m6i.large"], scalingConfig=sizes, **more)
        return lambda: eks.describe_nodegroup(**named)["nodegroup"]
    account.seen(group("first"), "CREATING", "ACTIVE")
    failed = account.seen(group("second"), "CREATING", "CREATE_FAILED")["health"]["issues"][0]
    assert failed["code"] == "AsgInstanceLaunchFailures" and "VcpuLimitExceeded" in failed["message"], failed
    account.seen(group("spot", capacityType="SPOT"), "CREATING", "ACTIVE")
    run = {"InstanceType": "m6i.large", "MinCount": 1, "MaxCount": 1, "ImageId": "ami-1"}
    refused("VcpuLimitExceeded", account.ec2.run_instances, **run)
    refused("MaxSpotInstanceCountExceeded", account.ec2.run_instances, **run, InstanceMarketOptions={"MarketType": "spot"})


def test_what_is_named_has_to_be_there():
    account = Account()
    def wrong(**more):
        refused("InvalidParameterException", account.eks.create_cluster, **account.cluster(**more))
    wrong(resourcesVpcConfig={"subnetIds": ["subnet-0", account.subnets[0]]})
    wrong(resourcesVpcConfig={"subnetIds": account.subnets[:1]})
    wrong(resourcesVpcConfig={"subnetIds": account.subnets, "securityGroupIds": ["sg-0"]})
    wrong(roleArn=account.role.replace("cluster/cluster", "cluster/nobody"))
    wrong(roleArn=account.nodes)
    wrong(encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": account.key[:-4] + "0000"}}])
    account.kms.schedule_key_deletion(KeyId=account.key)
    wrong()
    wrong(version="1.20", encryptionConfig=[])
    assert account.eks.list_clusters()["clusters"] == []


def test_it_ends_as_ordered():
    account = Account()
    order = {"kind": "cluster", "cluster": "kore-dev", "fate": "failed", "code": "InsufficientFreeAddresses"}
    control("POST", "fates", order)
    account.eks.create_cluster(**account.cluster())
    failed = account.seen(lambda: account.eks.describe_cluster(name="kore-dev")["cluster"], "CREATING", "FAILED")
    assert failed["health"]["issues"][0]["code"] == "InsufficientFreeAddresses"


def test_a_failed_update_changes_nothing():
    account = Account()
    account.active()
    control("POST", "fates", {"kind": "update", "cluster": "kore-dev", "fate": "failed", "code": "IpNotAvailable"})
    update = account.eks.update_cluster_version(name="kore-dev", version="1.35")["update"]
    failed = account.updated(update, "Failed")
    assert failed["errors"][0]["errorCode"] == "IpNotAvailable"
    assert account.eks.describe_cluster(name="kore-dev")["cluster"]["version"] == "1.34"
    assert update["id"] in account.eks.list_updates(name="kore-dev")["updateIds"]


def test_quotas_are_settings():
    account = Account()
    control("PUT", "settings", {"quotas": {"clusters": 1}, "polls": 0})
    account.active()
    refused("ResourceLimitExceededException", account.eks.create_cluster, **account.cluster(name="two", clientRequestToken="2"))


def test_pod_identities_and_tags():
    account = Account()
    account.active()
    eks = account.eks
    pod = {"clusterName": "kore-dev", "namespace": "dns", "serviceAccount": "external-dns", "roleArn": account.pods}
    made = eks.create_pod_identity_association(**pod)["association"]
    refused("ResourceInUseException", eks.create_pod_identity_association, **pod)
    refused("InvalidParameterException", eks.create_pod_identity_association, **(pod | {"namespace": "a", "roleArn": account.nodes}))
    known = {"clusterName": "kore-dev", "associationId": made["associationId"]}
    eks.update_pod_identity_association(**known, disableSessionTags=True)
    assert eks.describe_pod_identity_association(**known)["association"]["disableSessionTags"]
    eks.tag_resource(resourceArn=made["associationArn"], tags={"a": "b"})
    assert eks.list_tags_for_resource(resourceArn=made["associationArn"])["tags"] == {"a": "b"}
    eks.untag_resource(resourceArn=made["associationArn"], tagKeys=["a"])
    eks.delete_pod_identity_association(**known)
    assert eks.list_pod_identity_associations(clusterName="kore-dev")["associations"] == []
    refused("NotFoundException", eks.list_tags_for_resource, resourceArn=made["associationArn"])


def test_insights_say_what_was_ordered():
    account = Account()
    account.active()
    name = "Deprecated APIs removed in the next version"
    control("POST", "insights", {"cluster": "kore-dev", "name": name, "status": "ERROR", "reason": "flowcontrol v1beta3"})
    wrong = account.eks.list_insights(clusterName="kore-dev", filter={"statuses": ["ERROR"]})["insights"]
    assert [it["name"] for it in wrong] == [name]
    insight = account.eks.describe_insight(clusterName="kore-dev", id=wrong[0]["id"])["insight"]
    assert insight["insightStatus"] == {"status": "ERROR", "reason": "flowcontrol v1beta3"}
    refused("ResourceNotFoundException", account.eks.describe_insight, clusterName="kore-dev", id="x")


def test_an_update_is_cancelled_and_a_key_added():
    account = Account()
    account.active(encryptionConfig=[])
    update = account.eks.update_cluster_version(name="kore-dev", version="1.35")["update"]
    cancelled = account.eks.cancel_update(name="kore-dev", updateId=update["id"])["update"]
    assert cancelled["status"] == "Cancelled"
    refused("InvalidStateException", account.eks.cancel_update, name="kore-dev", updateId=update["id"])
    config = [{"resources": ["secrets"], "provider": {"keyArn": account.key}}]
    account.updated(account.eks.associate_encryption_config(clusterName="kore-dev", encryptionConfig=config)["update"])
    cluster = account.eks.describe_cluster(name="kore-dev")["cluster"]
    assert cluster["encryptionConfig"] == config and cluster["version"] == "1.34"


def test_lists_of_what_is_offered():
    eks = client("eks")
    versions = eks.describe_cluster_versions()["clusterVersions"]
    assert sum(version["defaultVersion"] for version in versions) == 1
    assert eks.describe_cluster_versions(clusterVersions=["1.34"])["clusterVersions"][0]["clusterVersion"] == "1.34"
    assert len(eks.list_access_policies()["accessPolicies"]) > 3


if __name__ == "__main__":
    tests(globals())
