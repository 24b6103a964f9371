//! OS: how its list of images is shown, which is not part of the VM.

use crate::domain::Step;
use crate::domain::values::Media;
use crate::form::{Field, Section, Shown, State};

use super::kinds::toggle;

pub(super) static SECTION: Section<Shown> = Section {
    step: Step::Os,
    of: "",
    rows: ROWS,
    part: |answers, _| Some(&answers.shown),
    part_mut: |answers, _| Some(&mut answers.shown),
};

static ROWS: &[Field<Shown>] = &[Field::<Shown>::new(
    "all_storages",
    "All storages",
    "Shows the images of all storages in one list.",
    toggle!(Shown.all_storages),
)
.param("")
.when(|scope, _| State::shown_if(scope.vm().os.media == Media::Iso))
.brief("")
.view_only()
.advanced()];
