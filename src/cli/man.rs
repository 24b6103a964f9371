//! `man`: the manual page of the program with all its commands. Options and commands come from clap's description, settings,
//! variables and exit statuses from their tables.

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use crate::config::SETTINGS;

use super::exit::{Exit, Outcome};
use super::print::say;
use super::secret::{CI_PASSWORD, PASSWORD, TOKEN_SECRET};

/// The file that the package installs, with every setting in a comment.
const CONFIGURATION: &str = include_str!("../../packaging/config.toml");

const VARIABLES: [(&str, &str); 6] = [
    (PASSWORD, "The user's password."),
    (TOKEN_SECRET, "The secret of the API token."),
    (
        CI_PASSWORD,
        "The password of cloud-init's user, which no plan holds.",
    ),
    ("NO_COLOR", "If set, the wizard draws without colours."),
    ("XDG_CONFIG_HOME", "Stands for ~/.config."),
    ("XDG_STATE_HOME", "Stands for ~/.local/state."),
];

const FILES: [(&str, &str); 9] = [
    (
        "/etc/pve-vm-setup/config.toml",
        "Settings for all users of this machine.",
    ),
    (
        "~/.config/pve-vm-setup/config.toml",
        "Settings of the user; they win over those of the machine.",
    ),
    (
        "/etc/pve-vm-setup/presets/NAME.toml",
        "Presets for all users of this machine.",
    ),
    (
        "~/.config/pve-vm-setup/presets/NAME.toml",
        "Presets of the user; they win over the machine's of the same name.",
    ),
    (
        "/etc/pve-vm-setup/images.toml",
        "Images that can be downloaded by name, beside the program's own.",
    ),
    (
        "~/.config/pve-vm-setup/images.toml",
        "The same of the user; they win over the machine's of the same name.",
    ),
    (
        "~/.local/state/pve-vm-setup/known_hosts",
        "The fingerprints of the certificates that the user trusts, one line a server.",
    ),
    (
        "~/.local/state/pve-vm-setup/creations/",
        "The journal of unfinished creations, so that they can be resumed. It holds no secret.",
    ),
    (
        "~/.local/state/pve-vm-setup/last/",
        "What was chosen last on each cluster, where remember = true wants it.",
    ),
];

pub(super) fn print(command: &Command) -> Outcome {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    commands(command).to_writer(&mut page)?;
    man.render_options_section(&mut page)?;
    for section in [configuration(), environment(), files(), exit_status()] {
        section.to_writer(&mut page)?;
    }
    say(String::from_utf8(page)?.trim_end())?;
    Ok(Exit::Done)
}

/// A section of terms, each with its explanation.
fn section(title: &str, entries: impl IntoIterator<Item = (Vec<Inline>, String)>) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    for (term, words) in entries {
        roff.control("TP", []);
        roff.text(term);
        roff.text([roman(words)]);
    }
    roff
}

fn commands(command: &Command) -> Roff {
    let entries = command.get_subcommands().flat_map(|one| {
        let mut term = vec![bold(one.get_name())];
        for argument in one.get_positionals() {
            term.push(roman(" "));
            term.push(italic(argument.get_id().as_str().to_uppercase()));
        }
        let about = one.get_long_about().or(one.get_about());
        let about = about.map(ToString::to_string).unwrap_or_default();
        let about = format!("{}.", about.trim_end_matches('.'));
        std::iter::once((term, about)).chain(own_options(one))
    });
    section("COMMANDS", entries)
}

/// The options of one command alone, each below its name.
fn own_options(command: &Command) -> impl Iterator<Item = (Vec<Inline>, String)> {
    let own = command
        .get_arguments()
        .filter(|option| !option.is_global_set() && !option.is_positional());
    own.filter_map(move |option| {
        let mut term = vec![roman(command.get_name()), roman(" ")];
        term.push(bold(format!("--{}", option.get_long()?)));
        if option.get_action().takes_values() {
            let name = option.get_value_names()?.first()?;
            term.extend([roman(" "), italic(name.as_str())]);
        }
        let help = option.get_help().map(ToString::to_string);
        Some((term, format!("{}.", help?.trim_end_matches('.'))))
    })
}

fn configuration() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["CONFIGURATION"]);
    roff.text([roman(
        "Every setting, as it stands in the file that the package installs:",
    )]);
    roff.control("PP", []);
    roff.control("nf", []);
    for line in CONFIGURATION.lines().skip_while(|line| !line.is_empty()) {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff
}

fn environment() -> Roff {
    let settings = SETTINGS
        .iter()
        .map(|row| (row.variable(), format!("{}.", row.help)));
    let own = VARIABLES.iter();
    let own = own.map(|(name, words)| ((*name).to_owned(), (*words).to_owned()));
    let entries = settings.chain(own);
    section(
        "ENVIRONMENT",
        entries.map(|(name, words)| (vec![bold(name)], words)),
    )
}

fn files() -> Roff {
    let entries = FILES.iter();
    section(
        "FILES",
        entries.map(|(path, words)| (vec![italic(*path)], (*words).to_owned())),
    )
}

fn exit_status() -> Roff {
    let entries = Exit::ALL.iter().map(|exit| {
        let code = vec![bold(exit.code().to_string())];
        (code, exit.sentence().to_owned())
    });
    section("EXIT STATUS", entries)
}
