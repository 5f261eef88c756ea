//! What the kernel of this machine holds for us: looked at and changed by small functions that can
//! be cut off anywhere and repeated.

pub mod cgroup;
pub mod mounts;
pub mod network;
pub mod proc;
pub mod settings;
pub mod size;
