//! Made-up source trees for the circle rule: their files, and those in a circle.

pub struct Case {
    pub shows: &'static str,
    pub files: &'static [(&'static str, &'static str)],
    pub circle: &'static [&'static str],
}

const APART: &[&str] = &[];

pub const CASES: &[Case] = &[
    Case {
        shows: "two files that import each other",
        files: &[
            ("a.rs", "use crate::b::B; pub struct A(B);"),
            ("b.rs", "use crate::a::A; pub struct B(A);"),
        ],
        circle: &["a.rs", "b.rs"],
    },
    Case {
        shows: "one way alone",
        files: &[
            ("a.rs", "use crate::b::B; pub struct A(B);"),
            ("b.rs", "pub struct B;"),
        ],
        circle: APART,
    },
    Case {
        shows: "three files in a row that bites its tail, beside one that only looks in",
        files: &[
            ("a.rs", "use super::b::B; pub struct A;"),
            ("b.rs", "fn f() { crate::c::g(|c| c) } pub struct B;"),
            ("c.rs", "pub fn g(a: Option<&crate::a::A>) {}"),
            ("d.rs", "use crate::{a::A, b::B, c};"),
        ],
        circle: &["a.rs", "b.rs", "c.rs"],
    },
    Case {
        shows: "through the re-export of a parent",
        files: &[
            ("p/mod.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
            ("p/a.rs", "use super::B; pub struct A;"),
            ("p/b.rs", "use crate::p::A; pub struct B;"),
        ],
        circle: &["p/a.rs", "p/b.rs"],
    },
    Case {
        shows: "through two re-exports, renamed and in braces",
        files: &[
            ("lib.rs", "pub mod p; pub mod b; pub use p::{Old as New};"),
            ("p/mod.rs", "pub mod a; pub use self::a::A as Old;"),
            ("p/a.rs", "pub struct A(crate::b::B);"),
            ("b.rs", "use crate::New; pub struct B;"),
        ],
        circle: &["b.rs", "p/a.rs"],
    },
    Case {
        shows: "a parent that only lists and re-exports its children needs none of them",
        files: &[
            ("p/mod.rs", "pub mod a; pub use a::A; pub struct P;"),
            ("p/a.rs", "use super::P; pub struct A(P);"),
        ],
        circle: APART,
    },
    Case {
        shows: "a child named as what is re-exported from it",
        files: &[
            ("p/mod.rs", "mod go; pub use go::go; pub struct P;"),
            ("p/go.rs", "use super::P; pub fn go(p: P) {}"),
        ],
        circle: APART,
    },
    Case {
        shows: "a parent that uses what it re-exports",
        files: &[
            ("p/mod.rs", "pub mod a; pub use a::A; pub struct P(A);"),
            ("p/a.rs", "use super::P; pub struct A(P);"),
        ],
        circle: &["p/a.rs", "p/mod.rs"],
    },
    Case {
        shows: "a parent that calls a function of its child by path",
        files: &[
            ("p.rs", "mod a; pub struct P; fn f() { a::go() }"),
            ("p/a.rs", "pub fn go() { super::P; }"),
        ],
        circle: &["p.rs", "p/a.rs"],
    },
    Case {
        shows: "what a parent imports for itself leads its children on to the file that defines it",
        files: &[
            ("p.rs", "mod a; use crate::q::Q; pub struct P(Q);"),
            ("p/a.rs", "use super::Q; pub struct A(Q);"),
            ("q.rs", "pub struct Q;"),
        ],
        circle: APART,
    },
    Case {
        shows: "a whole module imported, and nothing named through it",
        files: &[
            ("a.rs", "use crate::b; pub struct A;"),
            ("b.rs", "use crate::a::A; pub struct B(A);"),
        ],
        circle: APART,
    },
    Case {
        shows: "a name written through a module that was imported under another name",
        files: &[
            ("a.rs", "use crate::b as other; pub struct A(other::B);"),
            ("b.rs", "use crate::a::A; pub struct B(A);"),
        ],
        circle: &["a.rs", "b.rs"],
    },
    Case {
        shows: "an impl in a file of its own lies above its type",
        files: &[
            ("a.rs", "pub struct A;"),
            ("b.rs", "use crate::a::A; impl A { pub fn b(&self) {} }"),
            ("c.rs", "use crate::a::A; fn c(a: &A) { a.b() }"),
        ],
        circle: APART,
    },
    Case {
        shows: "in the arguments of a macro",
        files: &[
            (
                "a.rs",
                "fn f() { assert!(crate::b::B.holds()) } pub struct A;",
            ),
            ("b.rs", "use crate::a::A; pub struct B;"),
        ],
        circle: &["a.rs", "b.rs"],
    },
    Case {
        shows: "a variant and an associated function belong to their type",
        files: &[
            ("p/mod.rs", "pub mod a; pub mod b; pub use a::A;"),
            ("p/a.rs", "use super::b::B; pub enum A { X(B) }"),
            ("p/b.rs", "fn f() { super::A::X; } pub struct B;"),
        ],
        circle: &["p/a.rs", "p/b.rs"],
    },
    Case {
        shows: "a name of another crate, a comment and a text are no need",
        files: &[
            (
                "a.rs",
                "use anyhow::anyhow; use std::b; // crate::b::B\npub struct A;",
            ),
            (
                "b.rs",
                "use crate::a::A; use std::fmt; use fmt::Write; pub struct B(&'static str);",
            ),
            ("c.rs", "fn f() -> &'static str { \"crate::b::B\" }"),
        ],
        circle: APART,
    },
    Case {
        shows: "a field and a method named as what is re-exported are no use of it",
        files: &[
            (
                "p/mod.rs",
                "mod a; pub use a::go; pub struct P; fn f(p: P) { p.go() }",
            ),
            ("p/a.rs", "use super::P; pub fn go(p: P) {}"),
        ],
        circle: APART,
    },
];
