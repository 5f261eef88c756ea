"""Cuts out of botocore's published models what kore-simulator-aws answers itself, and what it only reads the requests
of, and writes it into that crate.

botocore (Apache-2.0) carries AWS's own description of each service. Kept are the operations below, and the shapes that
they reach, without documentation.

usage: $(tools/moto/install) tools/moto/export-models.py
"""

import gzip
import json
import pathlib

import botocore

# Service and version of its model: operations.
WANTED = {
    ("eks", "2017-11-01"): """
        CreateCluster DescribeCluster ListClusters DeleteCluster UpdateClusterConfig UpdateClusterVersion
        AssociateEncryptionConfig DescribeUpdate ListUpdates CancelUpdate
        CreateNodegroup DescribeNodegroup ListNodegroups UpdateNodegroupConfig UpdateNodegroupVersion DeleteNodegroup
        CreateAddon DescribeAddon ListAddons UpdateAddon DeleteAddon DescribeAddonVersions
        CreateAccessEntry DescribeAccessEntry ListAccessEntries UpdateAccessEntry DeleteAccessEntry ListAccessPolicies
        AssociateAccessPolicy DisassociateAccessPolicy ListAssociatedAccessPolicies
        CreatePodIdentityAssociation DescribePodIdentityAssociation ListPodIdentityAssociations
        UpdatePodIdentityAssociation DeletePodIdentityAssociation
        DescribeClusterVersions ListInsights DescribeInsight TagResource UntagResource ListTagsForResource""",
    ("cloudformation", "2010-05-15"): """
        CreateStack UpdateStack DeleteStack DescribeStacks DescribeStackEvents DescribeStackResources GetTemplate
        ListStacks UpdateTerminationProtection DetectStackDrift DescribeStackDriftDetectionStatus
        CreateStackSet DescribeStackSet UpdateStackSet DeleteStackSet CreateStackInstances DeleteStackInstances
        ListStackInstances DescribeStackSetOperation""",
    ("organizations", "2016-11-28"): "CreateAccount DescribeCreateAccountStatus ListCreateAccountStatus CloseAccount",
    ("iam", "2010-05-08"): "SimulatePrincipalPolicy",
    ("service-quotas", "2019-06-24"): """
        GetServiceQuota ListServiceQuotas GetAWSDefaultServiceQuota ListAWSDefaultServiceQuotas""",
    ("pricing", "2017-10-15"): "GetProducts",
    ("ce", "2017-10-25"): "GetCostAndUsage",
}
# What moto answers, and the front reads the requests of.
READ = {
    ("ec2", "2016-11-15"): """
        DescribeAddresses DescribeAvailabilityZones DescribeInstanceTypeOfferings DescribeInstanceTypes DescribeInstances
        DescribeNetworkInterfaces DescribeSecurityGroups DescribeVolumes DescribeVpcs
        CreateLaunchTemplate CreateLaunchTemplateVersion DescribeLaunchTemplates DescribeLaunchTemplateVersions
        DeleteLaunchTemplate DeleteNetworkInterface DeleteSecurityGroup DeleteVolume""",
    ("elbv2", "2015-12-01"): """
        DescribeLoadBalancers DescribeTags DescribeTargetGroups DeleteLoadBalancer DeleteTargetGroup""",
    ("organizations", "2016-11-28"): """
        AttachPolicy CreateOrganization CreateOrganizationalUnit CreatePolicy DeleteOrganizationalUnit DeletePolicy
        DescribeAccount DescribeOrganization DescribePolicy DetachPolicy EnableAWSServiceAccess EnablePolicyType
        ListAccounts ListOrganizationalUnitsForParent ListParents ListPolicies ListPoliciesForTarget ListRoots
        ListTagsForResource ListTargetsForPolicy MoveAccount TagResource UpdatePolicy""",
    ("route53", "2013-04-01"): """
        ChangeResourceRecordSets ChangeTagsForResource CreateHostedZone DeleteHostedZone GetChange GetHostedZone
        ListHostedZonesByName ListResourceRecordSets ListTagsForResource""",
    ("sts", "2011-06-15"): "AssumeRole AssumeRoleWithWebIdentity GetCallerIdentity",
}
KEPT = {
    "type", "required", "members", "member", "key", "value", "enum", "min", "max", "pattern", "shape", "location",
    "locationName", "flattened", "payload", "timestampFormat", "exception", "error", "box",
}


def reached(shapes, names):
    """The names of these shapes and of all in them."""
    found, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        shape = shapes[name]
        todo += [member["shape"] for member in shape.get("members", {}).values()]
        todo += [shape[part]["shape"] for part in ("member", "key", "value") if part in shape]
    return found


def trimmed(value):
    """Without documentation and what only clients need. Names of members are not keys of the model."""
    if isinstance(value, list):
        return value
    kept = {}
    for key, part in value.items():
        if key not in KEPT:
            continue
        if key == "members":
            kept[key] = {name: trimmed(member) for name, member in part.items()}
        elif isinstance(part, dict):
            kept[key] = trimmed(part) if key != "error" else {k: part[k] for k in ("code", "httpStatusCode") if k in part}
        else:
            kept[key] = part
    return kept


def main():
    data = pathlib.Path(botocore.__file__).parent / "data"
    target = pathlib.Path(__file__).parents[2] / "crates/kore-simulator-aws/models"
    target.mkdir(exist_ok=True)
    for service, version in sorted({*WANTED, *READ}):
        answered, read = (of.get((service, version), "").split() for of in (WANTED, READ))
        model = json.loads(gzip.decompress((data / service / version / "service-2.json.gz").read_bytes()))
        operations = {}
        for name in sorted([*answered, *read]):
            operation = model["operations"][name]
            if name in read:
                operation = {**operation, "output": {}, "errors": []}
            operations[name] = {
                "method": operation["http"]["method"],
                "uri": operation["http"]["requestUri"],
                "input": operation.get("input", {}).get("shape"),
                "root": operation.get("input", {}).get("locationName"),
                "output": operation.get("output", {}).get("shape"),
                "wrapper": operation.get("output", {}).get("resultWrapper"),
                "errors": [error["shape"] for error in operation.get("errors", [])],
            }
        starts = {shape for op in operations.values() for shape in [op["input"], op["output"], *op["errors"]] if shape}
        document = {
            "from": f"botocore {botocore.__version__}, {service}/{version}, cut by tools/moto/export-models.py",
            "protocol": model["metadata"]["protocol"],
            "version": version,
            "target": model["metadata"].get("targetPrefix"),
            "namespace": model["metadata"].get("xmlNamespace") or f"https://{service}.amazonaws.com/doc/{version}/",
            "operations": operations,
            "shapes": {name: trimmed(model["shapes"][name]) for name in sorted(reached(model["shapes"], starts))},
        }
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (target / f"{service}.json").write_text(text + "\n")


main()
