//! How large the machines of a cloud are, by their names (EC2 User Guide, "Amazon EC2 instance type naming conventions").

/// Processors and memory in MiB of an EC2 type as `m7i.2xlarge`; none for families that are not sized by the usual rule.
#[must_use]
pub fn of_ec2(name: &str) -> Option<(u32, u32)> {
    let (family, size) = name.split_once('.')?;
    let series = family.get(..family.find(|c: char| c.is_ascii_digit())?)?;
    if series == "t" {
        // Burstable ones have two processors up to `large`.
        let memory = match size {
            "nano" => 512,
            "micro" => 1024,
            "small" => 2048,
            "medium" => 4096,
            "large" => 8192,
            "xlarge" => return Some((4, 16_384)),
            "2xlarge" => return Some((8, 32_768)),
            _ => return None,
        };
        return Some((2, memory));
    }
    let gib_each = match series {
        "c" => 2,
        "m" => 4,
        "r" => 8,
        _ => return None,
    };
    let vcpus: u32 = match size {
        "medium" => 1,
        "large" => 2,
        "xlarge" => 4,
        _ => size.strip_suffix("xlarge")?.parse::<u32>().ok()?.checked_mul(4)?,
    };
    Some((vcpus, vcpus.checked_mul(gib_each * 1024)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_as_large_as_their_names_say() {
        let of = |name| of_ec2(name);
        assert_eq!(of("m7i.large"), Some((2, 8192)));
        assert_eq!(of("c6gn.4xlarge"), Some((16, 32_768)));
        assert_eq!(of("r5.xlarge"), Some((4, 32_768)));
        assert_eq!(of("t3.medium"), Some((2, 4096)));
        for unknown in ["p5.48xlarge", "m7i.metal-24xl", "m7i", "m.large", ".large", "c7g.99999999999xlarge"] {
            assert_eq!(of(unknown), None, "{unknown}");
        }
    }
}
