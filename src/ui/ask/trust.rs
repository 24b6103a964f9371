//! The question about a certificate that no known authority has signed: what the server presented, and the answer. Shows
//! what was expected beside it; judges nothing.

use ratatui::Frame;
use ratatui::layout::{Position, Rect, Size};
use unicode_width::UnicodeWidthStr;

use crate::ui::pen::{boxed, button_row, fit, put, wrap};
use crate::ui::theme::{Look, Role};
use crate::wizard::TrustQuestion;

pub(in crate::ui) fn trust(
    question: &TrustQuestion,
    look: &Look,
    frame: &mut Frame,
    area: Rect,
) -> Position {
    let certificate = &question.certificate;
    let title = match (&certificate.known, &certificate.expected) {
        (Some(_), _) => format!("The certificate of {} has CHANGED", question.server),
        (None, Some(_)) => format!(
            "{} does not present the expected certificate",
            question.server
        ),
        (None, None) => format!(
            "{}: certificate signed by no known authority",
            question.server
        ),
    };
    let mut words: Vec<(Role, String)> = Vec::new();
    let mut fingerprint = |label: &str, role: Role, text: &str| {
        let (first, second) = text.split_at_checked(48).unwrap_or((text, ""));
        words.push((role, format!("{label:<9}{first}")));
        words.push((role, format!("{:<9}{second}", "")));
    };
    if let Some(known) = &certificate.known {
        fingerprint("Known", Role::Text, known);
    }
    if let Some(expected) = &certificate.expected {
        fingerprint("Wanted", Role::Text, expected);
    }
    let now = if certificate.known.is_some() || certificate.expected.is_some() {
        Role::Warning
    } else {
        Role::Text
    };
    fingerprint("SHA-256", now, &certificate.fingerprint);
    words.push((Role::Dim, format!("Subject  {}", certificate.subject)));
    words.push((Role::Dim, format!("Issuer   {}", certificate.issuer)));
    words.push((
        Role::Dim,
        format!("Valid    {}; {}", certificate.validity, certificate.reason),
    ));
    let advice = match (&certificate.known, &certificate.store) {
        _ if certificate.unread.is_some() => format!(
            "{} So it is not known whether you trusted this server before: compare it with  pvenode cert info  on the node.",
            certificate.unread.as_deref().unwrap_or_default()
        ),
        (Some(_), Some(store)) => format!(
            "Nothing was sent. If the server was renewed or reinstalled on purpose, remove its line from {store} and connect again. If not, the connection may be intercepted."
        ),
        _ => "Nothing was sent yet. Compare it with  pvenode cert info  on the node, or with node > System > Certificates in the web interface.".to_owned(),
    };
    let height = match (&certificate.known, &certificate.unread) {
        (None, None) => 12,
        (None, Some(_)) => 13,
        (Some(_), _) => 15,
    };
    let inner = boxed(frame, look, area, Size::new(76, height), &title, "");
    let room = usize::from(inner.width);
    let advice = wrap(&advice, room)
        .into_iter()
        .map(|line| (Role::Text, line));
    let y = inner.bottom().saturating_sub(1);
    for ((role, text), line) in words.into_iter().chain(advice).zip(inner.y..y) {
        put(
            frame,
            inner.x,
            line,
            inner.width,
            &[look.text(role, fit(look, &text, room))],
        );
    }
    if !question.can_trust() {
        return button_row(frame, look, inner, y, &[("[ Do not connect ]", true)]);
    }
    let (role, prompt) = match question.message {
        Some(message) => (Role::Warning, message),
        None if certificate.unread.is_some() => {
            (Role::Label, "Type yes to trust it for this run; Esc: no.")
        }
        None => (Role::Label, "Type yes to trust and remember it; Esc: no."),
    };
    let answer = question.answer.text();
    let spans = [
        look.text(role, format!("{prompt} ")),
        look.text(Role::Text, answer),
    ];
    put(frame, inner.x, y, inner.width, &spans);
    let column = prompt.width() + 1 + question.answer.cursor_column();
    let column = u16::try_from(column).unwrap_or(0);
    Position::new((inner.x + column).min(inner.right()), y)
}
