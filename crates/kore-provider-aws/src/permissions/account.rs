//! What the roles of an account with clusters may do.

use super::statement::{Condition, Statement};

/// In the regions that the installation uses.
const HERE: Condition = Condition { operator: "StringEquals", key: "aws:RequestedRegion", values: &["${Regions}"] };
/// Only what belongs to a cluster of ours: add-ons are told to put the tag on what they make.
const OF_A_CLUSTER: Condition = Condition { operator: "Null", key: "aws:ResourceTag/kore:cluster", values: &["false"] };
/// Only what EKS marked as a cluster's of ours (EKS User Guide, "Amazon EKS Auto Mode cluster IAM role").
const OF_AN_AUTO_CLUSTER: Condition =
    Condition { operator: "StringLike", key: "aws:ResourceTag/eks:eks-cluster-name", values: &["kore-*"] };
/// Only what a controller of load balancers made for a cluster of ours.
const OF_A_BALANCER: Condition =
    Condition { operator: "StringLike", key: "aws:ResourceTag/elbv2.k8s.aws/cluster", values: &["kore-*"] };
/// Only what is said to belong to a cluster while it is made.
const FOR_A_CLUSTER: Condition = Condition { operator: "Null", key: "aws:RequestTag/kore:cluster", values: &["false"] };
/// Only roles that our boundary bounds.
const BOUNDED: Condition = Condition {
    operator: "StringEquals",
    key: "iam:PermissionsBoundary",
    values: &["arn:${Partition}:iam::${Account}:policy/kore-boundary"],
};
/// Removes what clusters make by themselves and may leave.
const SWEEPS: &[&str] = &[
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteSecurityGroup",
    "ec2:DeleteVolume",
    "elasticloadbalancing:DeleteLoadBalancer",
    "elasticloadbalancing:DeleteTargetGroup",
];
/// Roles of clusters have a path of their own: no statement about them is about the roles of Kore itself.
const CLUSTER_ROLES: &str = "arn:${Partition}:iam::${Account}:role/kore/cluster/*";
/// What nodes are started by.
const TEMPLATES: &[&str] = &["arn:${Partition}:ec2:*:${Account}:launch-template/*"];
/// And what they are started with, as the rest of a request is.
const OF_NODES: &[&str] = &[
    "arn:${Partition}:ec2:*:${Account}:instance/*",
    "arn:${Partition}:ec2:*:${Account}:network-interface/*",
    "arn:${Partition}:ec2:*:${Account}:security-group/*",
    "arn:${Partition}:ec2:*:${Account}:subnet/*",
    "arn:${Partition}:ec2:*:${Account}:volume/*",
    "arn:${Partition}:ec2:*::image/*",
];
/// The clusters that Kore makes.
const CLUSTERS: &[&str] = &["arn:${Partition}:eks:*:${Account}:cluster/kore-*"];
/// And what is in them.
const IN_CLUSTERS: &[&str] = &[
    "arn:${Partition}:eks:*:${Account}:access-entry/kore-*/*",
    "arn:${Partition}:eks:*:${Account}:addon/kore-*/*",
    "arn:${Partition}:eks:*:${Account}:cluster/kore-*",
    "arn:${Partition}:eks:*:${Account}:nodegroup/kore-*/*",
    "arn:${Partition}:eks:*:${Account}:podidentityassociation/kore-*/*",
];

/// Of the roles of its own account, one asks about all of them.
pub(super) const CHECK_OWN_ROLES: Statement = Statement {
    sid: "CheckOwnRoles",
    why: "asks by name whether each of these permissions is there",
    actions: &["iam:SimulatePrincipalPolicy"],
    resources: &["arn:${Partition}:iam::${Account}:role/kore-*"],
    conditions: &[],
};

pub(super) fn information() -> Vec<Statement> {
    vec![
        Statement {
            sid: "Offers",
            why: "reads which zones and instance types there are, which add-ons fit, and what the account has already",
            actions: &[
                "ec2:DescribeAddresses",
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeInstanceTypeOfferings",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeInstances",
                "ec2:DescribeVpcs",
                "eks:DescribeAddonVersions",
                "eks:ListClusters",
            ],
            resources: &["*"],
            conditions: &[],
        },
        Statement {
            sid: "Quotas",
            why: "compares what a plan needs with what is left, before anything is made",
            actions: &["servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota"],
            resources: &["*"],
            conditions: &[],
        },
        CHECK_OWN_ROLES,
    ]
}

pub(super) fn network() -> Vec<Statement> {
    vec![
        Statement {
            sid: "Stacks",
            why: "lays down, looks at and removes the one stack below each cluster",
            actions: &[
                "cloudformation:CreateStack",
                "cloudformation:DeleteStack",
                "cloudformation:DescribeStackEvents",
                "cloudformation:DescribeStackResources",
                "cloudformation:DescribeStacks",
                "cloudformation:GetTemplate",
                "cloudformation:TagResource",
                "cloudformation:UpdateStack",
                "cloudformation:UpdateTerminationProtection",
            ],
            resources: &["arn:${Partition}:cloudformation:*:${Account}:stack/kore-*/*"],
            conditions: &[],
        },
        Statement {
            sid: "HandToCloudFormation",
            why: "lets CloudFormation work as the stack role, and nothing else as anything",
            actions: &["iam:PassRole"],
            resources: &["arn:${Partition}:iam::${Account}:role/kore-cfn-exec"],
            conditions: &[Condition {
                operator: "StringEquals",
                key: "iam:PassedToService",
                values: &["cloudformation.amazonaws.com"],
            }],
        },
        Statement {
            sid: "FindLeftovers",
            why: "finds what a cluster made by itself, before and after it is deleted",
            actions: &[
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeVolumes",
                "elasticloadbalancing:DescribeLoadBalancers",
                "elasticloadbalancing:DescribeTags",
                "elasticloadbalancing:DescribeTargetGroups",
            ],
            resources: &["*"],
            conditions: &[],
        },
        Statement {
            sid: "SweepLeftovers",
            why: "removes what outlived its cluster: it would cost money, and hold the network",
            actions: SWEEPS,
            resources: &["*"],
            conditions: &[OF_A_CLUSTER],
        },
        Statement {
            sid: "SweepWhatEksLeft",
            why: "removes the same where EKS keeps storage and load balancing itself, and has put its own mark on it",
            actions: SWEEPS,
            resources: &["*"],
            conditions: &[OF_AN_AUTO_CLUSTER],
        },
        Statement {
            sid: "SweepWhatBalancersLeft",
            why: "removes load balancers that outlived their cluster: their controller has a mark of its own",
            actions: &[
                "ec2:DeleteSecurityGroup",
                "elasticloadbalancing:DeleteLoadBalancer",
                "elasticloadbalancing:DeleteTargetGroup",
            ],
            resources: &["*"],
            conditions: &[OF_A_BALANCER],
        },
    ]
}

pub(super) fn stack() -> Vec<Statement> {
    vec![
        Statement {
            sid: "ReadNetwork",
            why: "looks whether what it made is there",
            actions: &[
                "ec2:DescribeAddresses",
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeFlowLogs",
                "ec2:DescribeInternetGateways",
                "ec2:DescribeNatGateways",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcAttribute",
                "ec2:DescribeVpcEndpoints",
                "ec2:DescribeVpcs",
            ],
            resources: &["*"],
            conditions: &[],
        },
        Statement {
            sid: "Network",
            why: "makes and removes the network below a cluster",
            actions: &[
                "ec2:AllocateAddress",
                "ec2:AssociateRouteTable",
                "ec2:AttachInternetGateway",
                "ec2:CreateFlowLogs",
                "ec2:CreateInternetGateway",
                "ec2:CreateNatGateway",
                "ec2:CreateRoute",
                "ec2:CreateRouteTable",
                "ec2:CreateSubnet",
                "ec2:CreateTags",
                "ec2:CreateVpc",
                "ec2:CreateVpcEndpoint",
                "ec2:DeleteFlowLogs",
                "ec2:DeleteInternetGateway",
                "ec2:DeleteNatGateway",
                "ec2:DeleteRoute",
                "ec2:DeleteRouteTable",
                "ec2:DeleteSubnet",
                "ec2:DeleteTags",
                "ec2:DeleteVpc",
                "ec2:DeleteVpcEndpoints",
                "ec2:DetachInternetGateway",
                "ec2:DisassociateRouteTable",
                "ec2:ModifySubnetAttribute",
                "ec2:ModifyVpcAttribute",
                "ec2:ReleaseAddress",
            ],
            resources: &["*"],
            conditions: &[HERE],
        },
        Statement {
            sid: "MakeKey",
            why: "makes the key that a cluster's Secrets are encrypted with",
            actions: &["kms:CreateKey", "kms:TagResource"],
            resources: &["*"],
            conditions: &[FOR_A_CLUSTER],
        },
        Statement {
            sid: "KeepKey",
            why: "turns its rotation on, and schedules its end with the cluster's",
            actions: &[
                "kms:DescribeKey",
                "kms:EnableKeyRotation",
                "kms:GetKeyPolicy",
                "kms:GetKeyRotationStatus",
                "kms:PutKeyPolicy",
                "kms:ScheduleKeyDeletion",
            ],
            resources: &["arn:${Partition}:kms:*:${Account}:key/*"],
            conditions: &[OF_A_CLUSTER],
        },
        Statement {
            sid: "MakeRoles",
            why: "makes the roles of a cluster and its nodes, always within the boundary",
            actions: &["iam:CreateRole", "iam:PutRolePolicy"],
            resources: &[CLUSTER_ROLES],
            conditions: &[BOUNDED],
        },
        Statement {
            sid: "AttachManaged",
            why: "gives those roles the policies that AWS keeps for EKS, and no others",
            actions: &["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
            resources: &[CLUSTER_ROLES],
            conditions: &[
                BOUNDED,
                Condition {
                    operator: "ArnLike",
                    key: "iam:PolicyARN",
                    values: &[
                        "arn:${Partition}:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
                        "arn:${Partition}:iam::aws:policy/AmazonEKS*",
                        "arn:${Partition}:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
                    ],
                },
            ],
        },
        Statement {
            sid: "KeepRoles",
            why: "looks at those roles, marks them, and removes them with the cluster",
            actions: &[
                "iam:DeleteRole",
                "iam:DeleteRolePolicy",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:TagRole",
            ],
            resources: &[CLUSTER_ROLES],
            conditions: &[],
        },
        Statement {
            sid: "HandFlowRole",
            why: "lets the network's flows be written to the cluster's logs",
            actions: &["iam:PassRole"],
            resources: &[CLUSTER_ROLES],
            conditions: &[Condition {
                operator: "StringEquals",
                key: "iam:PassedToService",
                values: &["vpc-flow-logs.amazonaws.com"],
            }],
        },
        Statement {
            sid: "Logs",
            why: "makes the group of a cluster's logs first, so that it has an end and is removed",
            actions: &["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"],
            resources: &["arn:${Partition}:logs:*:${Account}:log-group:/aws/eks/kore-*"],
            conditions: &[],
        },
        Statement {
            sid: "SeeLogs",
            why: "looks whether that group is there: groups are listed, and a list is of no group",
            actions: &["logs:DescribeLogGroups"],
            resources: &["*"],
            conditions: &[],
        },
    ]
}

pub(super) fn cluster() -> Vec<Statement> {
    vec![
        Statement {
            sid: "MakeClusters",
            why: "makes clusters, marked with whose they are: AWS asks for no name before a cluster is there",
            actions: &["eks:CreateCluster"],
            resources: &["*"],
            conditions: &[FOR_A_CLUSTER],
        },
        Statement {
            sid: "MarkClusters",
            why: "marks them and what is in them while they are made: AWS asks for that apart",
            actions: &["eks:TagResource"],
            resources: IN_CLUSTERS,
            conditions: &[FOR_A_CLUSTER],
        },
        Statement {
            sid: "KeepClusters",
            why: "changes, upgrades and deletes them",
            actions: &["eks:DeleteCluster", "eks:UpdateClusterConfig", "eks:UpdateClusterVersion"],
            resources: CLUSTERS,
            conditions: &[OF_A_CLUSTER],
        },
        Statement {
            sid: "SeeClusters",
            why: "looks at them and at what became of changes, also whether one is there: what is not there carries no tag",
            actions: &["eks:DescribeCluster", "eks:DescribeUpdate", "eks:ListInsights"],
            resources: CLUSTERS,
            conditions: &[],
        },
        Statement {
            sid: "InClusters",
            why: "keeps node groups, add-ons, access and pod identities of those clusters",
            actions: &[
                "eks:AssociateAccessPolicy",
                "eks:CreateAccessEntry",
                "eks:CreateAddon",
                "eks:CreateNodegroup",
                "eks:CreatePodIdentityAssociation",
                "eks:DeleteAddon",
                "eks:DeleteNodegroup",
                "eks:DeletePodIdentityAssociation",
                "eks:DescribeAccessEntry",
                "eks:DescribeAddon",
                "eks:DescribeNodegroup",
                "eks:DescribePodIdentityAssociation",
                "eks:DescribeUpdate",
                "eks:ListAssociatedAccessPolicies",
                "eks:ListNodegroups",
                "eks:UpdateAccessEntry",
                "eks:UpdateAddon",
                "eks:UpdateNodegroupConfig",
                "eks:UpdateNodegroupVersion",
            ],
            resources: IN_CLUSTERS,
            conditions: &[],
        },
        Statement {
            sid: "MakeTemplates",
            why: "makes the launch templates that say how nodes are started, marked with their cluster",
            actions: &["ec2:CreateLaunchTemplate"],
            resources: TEMPLATES,
            conditions: &[FOR_A_CLUSTER],
        },
        Statement {
            sid: "KeepTemplates",
            why: "adds versions to them, lets nodes be started by them, and removes them with their pool",
            actions: &["ec2:CreateLaunchTemplateVersion", "ec2:DeleteLaunchTemplate", "ec2:RunInstances"],
            resources: TEMPLATES,
            conditions: &[OF_A_CLUSTER],
        },
        Statement {
            sid: "SeeTemplates",
            why: "looks at them, also whether one is there",
            actions: &["ec2:DescribeLaunchTemplateVersions", "ec2:DescribeLaunchTemplates"],
            resources: &["*"],
            conditions: &[],
        },
        Statement {
            sid: "StartNodes",
            why: "EKS starts nodes for nobody who may not do so; without a launch template it is not allowed",
            actions: &["ec2:RunInstances"],
            resources: OF_NODES,
            conditions: &[Condition {
                operator: "ArnLike",
                key: "ec2:LaunchTemplate",
                values: &["arn:${Partition}:ec2:*:${Account}:launch-template/*"],
            }],
        },
        Statement {
            sid: "MarkNodes",
            why: "marks templates, nodes and their disks with their cluster while they are made",
            actions: &["ec2:CreateTags"],
            resources: &[
                "arn:${Partition}:ec2:*:${Account}:instance/*",
                "arn:${Partition}:ec2:*:${Account}:launch-template/*",
                "arn:${Partition}:ec2:*:${Account}:volume/*",
            ],
            conditions: &[Condition {
                operator: "StringEquals",
                key: "ec2:CreateAction",
                values: &["CreateLaunchTemplate", "RunInstances"],
            }],
        },
        Statement {
            sid: "HandRoles",
            why: "lets a cluster, its nodes and its pods work as the roles made for them",
            actions: &["iam:PassRole"],
            resources: &[CLUSTER_ROLES],
            conditions: &[Condition {
                operator: "StringEquals",
                key: "iam:PassedToService",
                values: &["ec2.amazonaws.com", "eks.amazonaws.com", "pods.eks.amazonaws.com"],
            }],
        },
        Statement {
            sid: "SeeRoles",
            why: "looks at those roles, as EKS does in Kore's name before it takes them",
            actions: &["iam:GetRole"],
            resources: &[CLUSTER_ROLES],
            conditions: &[],
        },
        Statement {
            sid: "ServiceRoles",
            why: "the roles that EKS itself needs once for each account",
            actions: &["iam:CreateServiceLinkedRole"],
            resources: &["arn:${Partition}:iam::${Account}:role/aws-service-role/*"],
            conditions: &[Condition {
                operator: "StringEquals",
                key: "iam:AWSServiceName",
                values: &["eks.amazonaws.com", "eks-nodegroup.amazonaws.com"],
            }],
        },
        Statement {
            sid: "UseKey",
            why: "lets a cluster use the key that was made for it",
            actions: &["kms:CreateGrant", "kms:DescribeKey"],
            resources: &["arn:${Partition}:kms:*:${Account}:key/*"],
            conditions: &[OF_A_CLUSTER],
        },
    ]
}
