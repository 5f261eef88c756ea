//! Quotas that a cluster or an account comes up against (Service Quotas User Guide; codes as `ListServiceQuotas` has them), and
//! what is needed of one.

use aws_sdk_servicequotas::types::ServiceQuota;

use crate::{
    cloud::Session,
    error::{Refusal, if_there},
};

/// A quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) service: &'static str,
    pub(crate) code: &'static str,
    /// In AWS's words.
    name: &'static str,
    /// What is counted, where the name does not say it.
    unit: &'static str,
}

const fn quota(service: &'static str, code: &'static str, name: &'static str) -> Quota {
    Quota { service, code, name, unit: "" }
}

const fn vcpus(code: &'static str, name: &'static str) -> Quota {
    Quota { service: "ec2", code, name, unit: " vCPUs" }
}

pub(crate) const CLUSTERS: Quota = quota("eks", "L-1194D53C", "Clusters");
pub(crate) const POOLS: Quota = quota("eks", "L-6D54EA21", "Managed node groups per cluster");
pub(crate) const NODES: Quota = quota("eks", "L-BD136A63", "Nodes per managed node group");
pub(crate) const NETWORKS: Quota = quota("vpc", "L-F678F1CE", "VPCs per Region");
pub(crate) const ADDRESSES: Quota = quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs");
/// Of an organisation (Organizations User Guide, "Quotas and service limits").
pub(crate) const ACCOUNTS: Quota = quota("organizations", "L-E619E033", "Default maximum number of accounts");

/// How much of it whoever asks may have; none where AWS knows no such quota there. Of some quotas there is no value of the
/// account's own as long as it is the one by default (Service Quotas API reference, `GetServiceQuota`).
///
/// # Errors
/// What AWS refuses.
pub(crate) async fn limit(session: &Session, quota: Quota) -> Result<Option<f64>, Refusal> {
    let client = session.quotas().await?;
    let own = client.get_service_quota().service_code(quota.service).quota_code(quota.code).send().await;
    if let Some(answer) = if_there(session.answer(own))? {
        return Ok(answer.quota().and_then(ServiceQuota::value));
    }
    let default = client.get_aws_default_service_quota().service_code(quota.service).quota_code(quota.code);
    let answer = if_there(session.answer(default.send().await))?;
    Ok(answer.and_then(|answer| answer.quota().and_then(ServiceQuota::value)))
}

/// What counts the machines of one kind, as `m7i.large`, that are paid by the hour or are taken back (EC2 User Guide, "EC2
/// On-Demand Instance limits", "Spot Instance limits"); none where that kind is never taken back.
pub(crate) fn of_machines(kind: &str, is_spot: bool) -> Option<Quota> {
    let family: String = kind.chars().take_while(char::is_ascii_alphabetic).collect();
    let (by_the_hour, taken_back) = match family.as_str() {
        "dl" => (
            vcpus("L-6E869C2A", "Running On-Demand DL instances"),
            Some(vcpus("L-85EED4F7", "All DL Spot Instance Requests")),
        ),
        "f" => (
            vcpus("L-74FC7D96", "Running On-Demand F instances"),
            Some(vcpus("L-88CF9481", "All F Spot Instance Requests")),
        ),
        "g" | "gr" | "vt" => (
            vcpus("L-DB2E81BA", "Running On-Demand G and VT instances"),
            Some(vcpus("L-3819A6DF", "All G and VT Spot Instance Requests")),
        ),
        "hpc" => (vcpus("L-F7808C92", "Running On-Demand HPC instances"), None),
        "inf" => (
            vcpus("L-1945791B", "Running On-Demand Inf instances"),
            Some(vcpus("L-B5D1601B", "All Inf Spot Instance Requests")),
        ),
        "p" => {
            let old = ["p2", "p3", "p4"].iter().any(|generation| kind.starts_with(generation));
            let spot = if old {
                vcpus("L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests")
            } else {
                vcpus("L-C4BD4855", "All P5 Spot Instance Requests")
            };
            (vcpus("L-417A185B", "Running On-Demand P instances"), Some(spot))
        }
        "trn" => (
            vcpus("L-2C3B7624", "Running On-Demand Trn instances"),
            Some(vcpus("L-6B0D517C", "All Trn Spot Instance Requests")),
        ),
        "u" => (vcpus("L-43DA4232", "Running On-Demand High Memory instances"), None),
        "x" => (
            vcpus("L-7295265B", "Running On-Demand X instances"),
            Some(vcpus("L-E3A00192", "All X Spot Instance Requests")),
        ),
        _ => (
            vcpus("L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"),
            Some(vcpus("L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests")),
        ),
    };
    if is_spot { taken_back } else { Some(by_the_hour) }
}

/// What is needed of a quota, of which so much is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    pub(crate) quota: Quota,
    pub(crate) used: usize,
    pub(crate) more: usize,
}

impl Need {
    /// Where there is not enough, in a sentence.
    pub(crate) fn lack(&self, limit: f64) -> Option<String> {
        let Self { quota: Quota { service, code, name, unit }, used, more } = *self;
        // Quotas are counts, far below where a float loses them.
        let lacks = (used + more) as f64 > limit;
        lacks.then(|| format!("{name}: {used} of {limit}{unit} used, {more} more needed (quota {code} of {service})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lack_names_the_quota() {
        let need = |used, more| Need { quota: ADDRESSES, used, more };
        assert_eq!(need(4, 1).lack(5.0), None);
        let said = "EC2-VPC Elastic IPs: 4 of 5 used, 3 more needed (quota L-0263D0A3 of ec2)";
        assert_eq!(need(4, 3).lack(5.0).as_deref(), Some(said));
    }

    #[test]
    fn a_machine_counts_against_the_quota_of_its_family() {
        let code = |kind, is_spot| of_machines(kind, is_spot).map(|quota| quota.code);
        for (kind, by_the_hour, taken_back) in [
            ("m7i.large", "L-1216C47A", Some("L-34B43A08")),
            ("im4gn.large", "L-1216C47A", Some("L-34B43A08")),
            ("inf2.xlarge", "L-1945791B", Some("L-B5D1601B")),
            ("g6.xlarge", "L-DB2E81BA", Some("L-3819A6DF")),
            ("p4d.24xlarge", "L-417A185B", Some("L-7212CCBC")),
            ("p5en.48xlarge", "L-417A185B", Some("L-C4BD4855")),
            ("u-6tb1.112xlarge", "L-43DA4232", None),
            ("hpc7g.16xlarge", "L-F7808C92", None),
        ] {
            assert_eq!((code(kind, false), code(kind, true)), (Some(by_the_hour), taken_back), "{kind}");
        }
    }
}
