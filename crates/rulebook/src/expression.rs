//! The condition language over the dictionary.
