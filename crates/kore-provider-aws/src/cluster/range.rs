//! Whether the cluster's own range has an address for everything in it: nodes and pods have addresses of the private subnets,
//! with the network plugin as it comes (EKS Best Practices Guide, "Amazon VPC CNI"; EKS User Guide, "Choose an optimal EC2 node
//! instance type", "Amazon EKS networking requirements for VPC and subnets").

use std::fmt::Write;

use ipnet::Ipv4Net;

use super::machines::Machine;
use crate::foundation;

/// What EKS itself wants in each subnet.
const CONTROL_PLANE: usize = 6;
/// Pods that EKS lets a node have at most, and one with so many vCPUs or more.
const PODS: (usize, usize, usize) = (110, 250, 30);

/// Nodes of a pool, all of one kind.
#[derive(Debug, Clone)]
pub(super) struct Nodes {
    pub(super) pool: String,
    pub(super) count: usize,
    pub(super) machine: Machine,
}

/// Addresses that a node takes once it is full of pods: those of every interface that they need, and of one more, which the
/// plugin keeps ready.
fn taken(machine: Machine) -> usize {
    let Machine { vcpus, interfaces, each } = machine;
    let (few, many, large) = PODS;
    // One address of each interface is the node's own.
    let usable = each.saturating_sub(1).max(1);
    let pods = (interfaces * usable).min(if vcpus < large { few } else { many });
    interfaces.min(pods.div_ceil(usable) + 1) * each
}

/// Where a zone has not enough of them, in a sentence.
pub(super) fn lack(range: Ipv4Net, zones: u8, all: &[Nodes]) -> Option<String> {
    let there = foundation::addresses(range);
    let mut needed = CONTROL_PLANE;
    let mut said = format!("{CONTROL_PLANE} for EKS");
    for Nodes { pool, count, machine } in all {
        let (here, each) = (count.div_ceil(usize::from(zones)), taken(*machine));
        needed += here * each;
        // Writing to a String does not fail.
        let _ = write!(said, ", {each} for each of {here} nodes of pool {pool}");
    }
    (needed > there).then(|| {
        format!(
            "{range} has {there} addresses for nodes and pods in each of {zones} zones, {needed} are needed: {said}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: Machine = Machine { vcpus: 2, interfaces: 3, each: 10 };

    #[test]
    fn a_node_takes_what_its_pods_can_use_and_an_interface_more() {
        assert_eq!(taken(LARGE), 30);
        // 110 pods are on three interfaces of 49, and a fourth is kept ready; of 192 vCPUs it is 250 pods on six and one.
        assert_eq!(taken(Machine { vcpus: 16, interfaces: 8, each: 50 }), 200);
        assert_eq!(taken(Machine { vcpus: 192, interfaces: 15, each: 50 }), 350);
    }

    #[test]
    fn what_lacks_is_counted_in_the_fullest_zone() {
        let nodes = |count| [Nodes { pool: "default".to_owned(), count, machine: LARGE }];
        let range = "10.20.0.0/22".parse().unwrap();
        assert_eq!(lack(range, 3, &nodes(24)), None);
        let said = "10.20.0.0/22 has 251 addresses for nodes and pods in each of 3 zones, 276 are needed: 6 for EKS, \
                    30 for each of 9 nodes of pool default";
        assert_eq!(lack(range, 3, &nodes(25)).as_deref(), Some(said));
        assert!(lack(range, 2, &nodes(17)).is_some() && lack(range, 2, &nodes(16)).is_none());
    }
}
