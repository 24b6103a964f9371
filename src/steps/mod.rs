//! The nine pages: one file per step with its table of rows, and what each page needs from the cluster. A page defines its
//! content; `wizard` operates it, `ui` draws it.

mod addresses;
mod confirm;
mod cpu;
mod cpu_flags;
pub mod defaults;
mod disk_limits;
mod disk_list;
mod disks;
mod facts;
pub mod fields;
mod general;
mod general_more;
mod image;
mod kinds;
mod login;
mod memory;
mod network;
mod os;
mod os_cloud;
mod os_image;
mod os_list;
mod page;
mod pages;
mod pool;
mod start;
mod storage;
pub mod summary;
mod system;
mod tags;

pub use defaults::note;
pub use facts::{facts, volume_lists};
pub use image::{fetched, takers};
pub use login::{REALM, full_user};
pub use page::Page;
pub use pages::{
    all_ids, all_needs, all_rows, has_preset, head, is_of_head, new_choice, options, page, place,
    plain, row, rows, set, write,
};
