//! The arguments that name a plan: a file, a preset or standard input, and single fields over it. Reads them; what a plan
//! may hold is not known here.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use clap_complete::ArgValueCompleter;

use crate::plan_file::{Fault, PlanFile, read, said};
use crate::runtime::presets::{all, plan};
use crate::wizard::Origin;

use super::completions;
use super::exit::Failed;
use super::preset::named;

/// What is created.
#[derive(Debug, Clone, Args)]
pub(super) struct Planned {
    /// A plan file, the name of a preset, or - for a plan on standard input; without it the defaults
    #[arg(value_name = "PLAN|PRESET", add = ArgValueCompleter::new(completions::plans))]
    plan: Option<String>,

    /// Set one field over the plan, as in general.name=db-01 or disks.1.size=64G; `pve-vm-setup fields` lists them
    #[arg(long = "set", value_name = "STEP.FIELD=VALUE")]
    set: Vec<String>,
}

impl Planned {
    /// The plan and what is set over it, the earlier first.
    pub(super) fn plans(&self, commands: &[String]) -> Result<Vec<(PlanFile, Origin)>, Failed> {
        let mut plans = Vec::new();
        if let Some(given) = &self.plan {
            plans.push(source(given, commands)?);
        }
        for text in &self.set {
            let set = said(text).map_err(|why| Failed::usage_says(format!("--set {why}")))?;
            plans.push((set, Origin::Argument(format!("--set {text}"))));
        }
        Ok(plans)
    }

    /// The same; without a plan an empty one, so that the wizard goes straight to its last page.
    pub(super) fn at_least_the_defaults(
        &self,
        commands: &[String],
    ) -> Result<Vec<(PlanFile, Origin)>, Failed> {
        let mut plans = self.plans(commands)?;
        if plans.is_empty() {
            let defaults = Origin::Argument("the defaults".to_owned());
            plans.push((PlanFile::default(), defaults));
        }
        Ok(plans)
    }
}

/// A file where one can be meant, else a preset.
pub(super) fn source(given: &str, commands: &[String]) -> Result<(PlanFile, Origin), Failed> {
    if given == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(Failed::usage)?;
        let told = |faults: Vec<Fault>| Failed::usage_says(all("standard input", &faults));
        return Ok((
            read(&text).map_err(told)?,
            Origin::Plan("standard input".to_owned()),
        ));
    }
    let file = Path::new(given);
    let is_file = given.contains('/') || file.extension().is_some_and(|end| end == "toml");
    let (path, origin) = if is_file {
        (PathBuf::from(given), Origin::Plan(given.to_owned()))
    } else {
        (named(given, commands)?, Origin::Preset(given.to_owned()))
    };
    Ok((plan(&path).map_err(Failed::usage_says)?, origin))
}
