//! The questions with a secret answer: the second factor, and the password of an expired login. The input shows as dots;
//! only its length is known here.

use ratatui::Frame;
use ratatui::layout::{Position, Rect, Size};

use crate::api::FactorKind;
use crate::form::TextBuffer;
use crate::ui::pen::{boxed, put, wrap};
use crate::ui::theme::{Look, Role};
use crate::wizard::{FactorQuestion, PasswordQuestion, Session, Wizard};

const LABEL: u16 = 14;

pub(in crate::ui) fn factor(
    wizard: &Wizard,
    question: &FactorQuestion,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Position {
    let inner = boxed(frame, look, area, Size::new(72, 11), "Second factor", "");
    let Some(kind) = question.kind() else {
        let words = format!(
            "{} asks for a second factor that works only in a browser ({}). Log in as another user, or add a TOTP code or a recovery key in the web interface.",
            question.user,
            question
                .kinds
                .iter()
                .map(|kind| name(*kind))
                .collect::<Vec<_>>()
                .join(", ")
        );
        lines(look, frame, inner, Role::Warning, &words);
        return foot(look, frame, inner, "Esc closes");
    };
    put(
        frame,
        inner.x,
        inner.y,
        inner.width,
        &[look.text(
            Role::Text,
            format!("for {} at {}", question.user, question.server),
        )],
    );
    let usable: Vec<FactorKind> = question.usable().collect();
    let y = inner.y + 2;
    put(
        frame,
        inner.x,
        y,
        inner.width,
        &[look.text(Role::Label, "Kind")],
    );
    let mut x = inner.x + LABEL;
    for each in &usable {
        let here = *each == kind;
        let mark = if here {
            look.marks.here
        } else {
            look.marks.ahead
        };
        let role = if here { Role::Focus } else { Role::Text };
        x += put(
            frame,
            x,
            y,
            inner.width,
            &[look.text(role, format!("{mark} {}", name(*each)))],
        ) + 3;
    }
    let cursor = secret(look, frame, inner, y + 1, "Code", &question.code);
    put(
        frame,
        inner.x + LABEL,
        y + 2,
        inner.width,
        &[look.text(Role::Dim, how(kind))],
    );
    let others: Vec<&str> = question
        .kinds
        .iter()
        .filter(|kind| !usable.contains(kind))
        .map(|kind| name(*kind))
        .collect();
    let (role, words) = match (&wizard.session, &question.message) {
        (Session::LoggingIn { .. }, _) => (Role::Text, "Checking ...".to_owned()),
        (_, Some(message)) => (Role::Error, message.clone()),
        (_, None) if kind == (FactorKind::Recovery { left: 1 }) => (
            Role::Warning,
            "This is the last recovery key; make new ones after logging in.".to_owned(),
        ),
        (_, None) if !others.is_empty() => (
            Role::Dim,
            format!("Not possible in a terminal: {}.", others.join(", ")),
        ),
        (_, None) => (Role::Dim, String::new()),
    };
    let message = Rect {
        y: y + 4,
        height: 2,
        ..inner
    };
    lines(look, frame, message, role, &words);
    let keys = if usable.len() > 1 {
        "Enter logs in, Tab another kind, Esc cancels"
    } else {
        "Enter logs in, Esc cancels"
    };
    foot(look, frame, inner, keys);
    cursor
}

fn name(kind: FactorKind) -> &'static str {
    match kind {
        FactorKind::Totp => "TOTP code",
        FactorKind::Recovery { .. } => "Recovery key",
        FactorKind::Yubico => "YubiKey OTP",
        FactorKind::WebAuthn => "WebAuthn",
        FactorKind::U2f => "U2F",
    }
}

fn how(kind: FactorKind) -> String {
    match kind {
        FactorKind::Totp => "The digits that your authenticator shows now".to_owned(),
        FactorKind::Recovery { left } => {
            format!("xxxx-xxxx-xxxx-xxxx, each works once; {left} left")
        }
        FactorKind::Yubico => "Touch the key; it types the code".to_owned(),
        FactorKind::WebAuthn | FactorKind::U2f => String::new(),
    }
}

pub(in crate::ui) fn password(
    wizard: &Wizard,
    question: &PasswordQuestion,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Position {
    let inner = boxed(
        frame,
        look,
        area,
        Size::new(72, 9),
        "The login is no longer valid",
        "",
    );
    let who = match &wizard.session {
        Session::In { user, server, .. }
        | Session::LoggingIn {
            resumes: Some(user),
            server,
            ..
        } => {
            format!("{user} at {server}")
        }
        Session::Out | Session::LoggingIn { .. } => String::new(),
    };
    put(
        frame,
        inner.x,
        inner.y,
        inner.width,
        &[look.text(Role::Text, who)],
    );
    let cursor = secret(
        look,
        frame,
        inner,
        inner.y + 2,
        if wizard.answers.login.token.is_some() {
            "Token secret"
        } else {
            "Password"
        },
        &question.password,
    );
    let (role, words) = match (&wizard.session, &question.message) {
        (Session::LoggingIn { .. }, _) => (Role::Text, "Logging in ..."),
        (_, Some(message)) => (Role::Error, message.as_str()),
        (_, None) => (
            Role::Dim,
            "Everything you typed is kept; loading continues after the login.",
        ),
    };
    lines(
        look,
        frame,
        Rect {
            y: inner.y + 4,
            height: 2,
            ..inner
        },
        role,
        words,
    );
    foot(look, frame, inner, "Enter logs in, Esc leaves it for now");
    cursor
}

fn secret(
    look: &Look,
    frame: &mut Frame,
    inner: Rect,
    y: u16,
    label: &str,
    text: &TextBuffer,
) -> Position {
    let room = usize::from(inner.width.saturating_sub(LABEL + 1));
    put(
        frame,
        inner.x,
        y,
        inner.width,
        &[look.text(Role::Focus, label)],
    );
    let dots = look
        .marks
        .hidden_char
        .repeat(text.text().chars().count().min(room));
    put(
        frame,
        inner.x + LABEL,
        y,
        inner.width,
        &[look.text(Role::Text, dots)],
    );
    let column = u16::try_from(text.cursor_column().min(room)).unwrap_or(0);
    Position::new(inner.x + LABEL + column, y)
}

fn lines(look: &Look, frame: &mut Frame, area: Rect, role: Role, words: &str) {
    for (line, y) in wrap(words, usize::from(area.width))
        .iter()
        .zip(area.y..area.bottom())
    {
        put(frame, area.x, y, area.width, &[look.text(role, line)]);
    }
}

fn foot(look: &Look, frame: &mut Frame, inner: Rect, words: &str) -> Position {
    let y = inner.bottom().saturating_sub(1);
    put(
        frame,
        inner.x,
        y,
        inner.width,
        &[look.text(Role::Dim, words)],
    );
    Position::new(inner.x, y)
}
