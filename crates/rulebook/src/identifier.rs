//! Identifiers of firms, persons and licences.
