//! How well something answers to what somebody typed.

/// How well a name fits; the first is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fit {
    /// It is what was typed.
    Exact,
    /// It begins so.
    Prefix,
    /// A word in it begins so.
    Word,
    /// It holds that.
    Within,
}

/// What somebody typed, as it is looked for: words in lower case, each of which must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    words: Vec<String>,
}

impl Typed {
    /// Reads what was typed; `None` when there is nothing to look for.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        (!words.is_empty()).then_some(Self { words })
    }

    /// The longest word: what a database can look for.
    #[must_use]
    pub fn longest(&self) -> &str {
        self.words.iter().max_by_key(|word| word.len()).map_or("", String::as_str)
    }

    /// How well something of these names and titles fits: as well as the word that fits worst, each by what it fits
    /// best.
    #[must_use]
    pub fn fit(&self, texts: &[&str]) -> Option<Fit> {
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        let of_word = |word: &String| texts.iter().filter_map(|text| fit(word, text)).min();
        self.words.iter().map(of_word).try_fold(Fit::Exact, |worst, fit| fit.map(|fit| worst.max(fit)))
    }
}

fn fit(word: &str, text: &str) -> Option<Fit> {
    let at = text.find(word)?;
    if text == word {
        return Some(Fit::Exact);
    }
    if at == 0 {
        return Some(Fit::Prefix);
    }
    let begins = text.split(|letter: char| !letter.is_alphanumeric()).any(|part| part.starts_with(word));
    Some(if begins { Fit::Word } else { Fit::Within })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(typed: &str, texts: &[&str]) -> Option<Fit> {
        Typed::new(typed).unwrap().fit(texts)
    }

    #[test]
    fn what_is_meant_comes_before_what_holds_it() {
        for (typed, texts, fit) in [
            ("dev", &["dev"][..], Some(Fit::Exact)),
            ("DEV", &["dev"], Some(Fit::Exact)),
            ("dev", &["development"], Some(Fit::Prefix)),
            ("dev", &["web-dev"], Some(Fit::Word)),
            ("dev", &["payments/dev"], Some(Fit::Word)),
            ("dev", &["webdev"], Some(Fit::Within)),
            ("dev", &["prod"], None),
            ("dev", &["prod", "Team of developers"], Some(Fit::Word)),
            ("dev", &["webdev", "dev"], Some(Fit::Exact)),
            ("payments/dev", &["dev", "payments/dev"], Some(Fit::Exact)),
            ("pay dev", &["dev", "payments"], Some(Fit::Prefix)),
            ("pay prod", &["dev", "payments"], None),
            ("Ä", &["Ärzte"], Some(Fit::Prefix)),
        ] {
            assert_eq!(of(typed, texts), fit, "{typed} in {texts:?}");
        }
        assert!(Fit::Exact < Fit::Prefix && Fit::Prefix < Fit::Word && Fit::Word < Fit::Within);
    }

    #[test]
    fn nothing_is_not_looked_for() {
        assert_eq!(Typed::new("  \t"), None);
        assert_eq!(Typed::new(" a bcd e").unwrap().longest(), "bcd");
    }
}
