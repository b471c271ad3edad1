//! Reads what the system tells of its hardware.

use std::fs;

use sysinfo::System;

use super::Machine;
use super::kernel_text::cpu_signature;

/// Describes this machine. Fields that the system does not tell stay empty.
pub fn fingerprint() -> Machine {
    let mut system = System::new();
    system.refresh_memory();
    system.refresh_cpu_all();
    let cpu_model = system
        .cpus()
        .first()
        .map(|cpu| cpu.brand().split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|brand| !brand.is_empty());
    let logical_cores = std::thread::available_parallelism().ok().map(usize::from);
    let os = System::long_os_version();
    let virtualised = virtualised();
    let arch = arch();
    let mut machine = Machine {
        title: String::new(),
        published: None,
        cpu_model,
        cpu_signature: fs::read_to_string("/proc/cpuinfo").ok().as_deref().and_then(cpu_signature),
        physical_cores: System::physical_core_count(),
        logical_cores,
        caches: caches(),
        memory_bytes: Some(system.total_memory()).filter(|bytes| *bytes > 0),
        os,
        kernel: System::kernel_version(),
        arch: Some(arch.to_owned()),
        virtualised,
        governor: read_trimmed("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
    };
    machine.title = title(&machine);
    machine
}

/// Bytes in a GiB.
const GIB: f64 = (1_u64 << 30) as f64;

/// `AMD EPYC family 26 model 2, 2 cores, 24 GiB, Linux x64, virtualised`.
fn title(machine: &Machine) -> String {
    let mut cpu = machine.cpu_model.clone().unwrap_or_else(|| "unknown CPU".to_owned());
    // Without a number it is the name of many processors: a hypervisor's "AMD EPYC" was seen to be of two generations. A
    // clock's frequency ("Intel Xeon CPU @ 2.20GHz") and an emulator's version ("QEMU Virtual CPU version 2.5+") are none.
    let name = cpu.split(['@']).next().and_then(|name| name.split(" version ").next());
    let is_one = name.is_some_and(|name| name.contains(|c: char| c.is_ascii_digit()));
    if let Some(signature) = machine.cpu_signature.as_ref().filter(|_| !is_one) {
        // A stepping mends errata, and is not another processor.
        let generation: Vec<&str> = signature.split(", ").take(2).collect();
        cpu = format!("{cpu} {}", generation.join(" "));
    }
    let mut parts = vec![cpu];
    if let Some(cores) = machine.logical_cores {
        parts.push(if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") });
    }
    if let Some(bytes) = machine.memory_bytes {
        // The system tells what is left after the firmware took its part.
        parts.push(format!("{} GiB", (bytes as f64 / GIB).round()));
    }
    parts.push(format!("{} {}", os_name(), arch()));
    if machine.virtualised == Some(true) {
        parts.push("virtualised".to_owned());
    }
    parts.join(", ")
}

impl Machine {
    /// The folder's name under `results/`: the title in lower case, words joined by hyphens.
    pub fn folder_name(&self) -> String {
        let mut name = String::new();
        for c in self.title.chars() {
            if c.is_ascii_alphanumeric() {
                name.push(c.to_ascii_lowercase());
            } else if !name.is_empty() && !name.ends_with('-') {
                name.push('-');
            }
        }
        name.trim_end_matches('-').to_owned()
    }
}

const fn os_name() -> &'static str {
    if cfg!(target_os = "macos") {
        "macOS"
    } else if cfg!(target_os = "windows") {
        "Windows"
    } else {
        "Linux"
    }
}

/// The architecture as npm and Node name it.
fn arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// The caches of core 0 as Linux lists them; empty elsewhere.
fn caches() -> Vec<String> {
    let mut found = Vec::new();
    for index in 0..8 {
        let folder = format!("/sys/devices/system/cpu/cpu0/cache/index{index}");
        let read = |file: &str| read_trimmed(&format!("{folder}/{file}"));
        let (Some(level), Some(kind), Some(size)) = (read("level"), read("type"), read("size"))
        else {
            break;
        };
        let suffix = match kind.as_str() {
            "Data" => "d",
            "Instruction" => "i",
            _ => "",
        };
        found.push(format!("L{level}{suffix} {size}"));
    }
    found
}

/// Whether the CPU says that it runs under a hypervisor; `None` where nothing tells.
fn virtualised() -> Option<bool> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").ok()?;
    let flags = cpuinfo.lines().find(|line| line.starts_with("flags"))?;
    Some(flags.split_whitespace().any(|flag| flag == "hypervisor"))
}

fn read_trimmed(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_name_has_only_words_and_hyphens() {
        let machine = Machine {
            title: "Intel(R) Core(TM) i5-7267U CPU @ 3.10GHz, 4 cores, macOS x64".to_owned(),
            ..Machine::default()
        };
        assert_eq!(machine.folder_name(), "intel-r-core-tm-i5-7267u-cpu-3-10ghz-4-cores-macos-x64");
    }

    #[test]
    fn a_name_without_a_number_is_not_enough() {
        let machine = |model: &str| Machine {
            cpu_model: Some(model.to_owned()),
            cpu_signature: Some("family 26, model 2, stepping 1".to_owned()),
            ..Machine::default()
        };
        assert!(title(&machine("AMD EPYC")).starts_with("AMD EPYC family 26 model 2, "));
        assert!(title(&machine("AMD EPYC 7763")).starts_with("AMD EPYC 7763, "));
        assert!(title(&machine("Intel(R) Core(TM) i5-7267U CPU @ 3.10GHz")).contains("GHz, "));
        for generic in ["Intel(R) Xeon(R) CPU @ 2.20GHz", "QEMU Virtual CPU version 2.5+"] {
            assert!(title(&machine(generic)).contains(" family 26 model 2, "), "{generic}");
        }
    }

    #[test]
    fn title_names_cpu_cores_and_system() {
        let machine = fingerprint();
        assert!(machine.title.contains(arch()), "{}", machine.title);
        assert!(machine.memory_bytes.is_some());
    }
}
