//! A handful of line drawings, our own, in a square of 24. They decorate: the words beside them carry the meaning.

use maud::{Markup, PreEscaped, html};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Search,
    Menu,
    Person,
    Firm,
    Check,
    Warning,
    Stop,
    Info,
    Pause,
    Clock,
    Paper,
    Upload,
    Print,
    Linked,
    Previous,
    Next,
    Door,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Icon::Search => "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M15.5 15.5 21 21",
            Icon::Menu => "M4 6h16M4 12h16M4 18h16",
            Icon::Person => "M12 4a4 4 0 1 1 0 8a4 4 0 0 1 0-8M4 21c0-4 3.5-6 8-6s8 2 8 6",
            Icon::Firm => "M4 21V4h10v17M14 9h6v12M2 21h20M8 8h2M8 12h2M8 16h2M17 13v.1M17 17v.1",
            Icon::Check => "M4 12.5 10 18 20 6",
            Icon::Warning => "M12 3.5 22 20.5H2ZM12 10v5M12 17.6v.1",
            Icon::Stop => "M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8ZM12 7v6M12 16.6v.1",
            Icon::Info => "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M12 11v6M12 7.4v.1",
            Icon::Pause => "M8 5v14M16 5v14",
            Icon::Clock => "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M12 7v5.5l3.5 2",
            Icon::Paper => "M6 2.5h8.5L19 7v14.5H6ZM14 3v5h5M9 12h7M9 16h7",
            Icon::Upload => "M12 16V4M7 8.5 12 4l5 4.5M4 16v4h16v-4",
            Icon::Print => "M7 8V3h10v5M7 17H3V8h18v9h-4M7 14h10v7H7Z",
            Icon::Linked => "M9 15l6-6M10.5 7l2-2a4.5 4.5 0 0 1 6.5 6.5l-2 2M13.5 17l-2 2A4.5 4.5 0 0 1 5 12.5l2-2",
            Icon::Previous => "M15 4 7 12l8 8",
            Icon::Next => "M9 4l8 8-8 8",
            Icon::Door => "M3 4h18M6 7v14M18 7v14M6 8l7 3v11l-7-1",
        }
    }
}

pub fn icon(icon: Icon) -> Markup {
    html! {
        svg .icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" { path d=(PreEscaped(icon.path())) {} }
    }
}
