//! Kinds of electronic licences (电子证照类型): the code that the body which defined a kind has given it, so that every licence of the kind
//! has an identifier that is read alike everywhere (GB/T 36904-2018). Serves measure 2.

use crate::Rulebook;
use crate::definition::Standing;
use crate::field::FieldKind;
use crate::identifier::{self, CreditCode, LicenceIdentifier};
use crate::item::{Item, ItemResult};
use serde::Deserialize;
use toml::Spanned;

/// What is handed out as a licence, as against an approval, a notice or a voucher.
pub const LICENCE: &str = "出证";

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LicenceType {
    /// As the results of items name it.
    pub name: Spanned<String>,
    /// Credit code of the body that defined the kind, and three digits.
    pub type_code: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

impl Rulebook {
    /// The identifier of the first version of a licence of this item, issued by that body under a serial of digits and capitals. `None`
    /// where the result is no licence, or its kind or the body has no code.
    pub fn licence_identifier(&self, item: &str, agency: &str, serial: &str) -> Option<LicenceIdentifier> {
        let result = self.items.get(item)?.result.as_ref().filter(|result| result.is_licence())?;
        let kind = self.licence_types.get(&result.name)?;
        LicenceIdentifier::new(&kind.type_code, &self.agencies.get(agency)?.credit_code, serial, 1).ok()
    }

    /// The credit code of the firm that a result of this number brings into being; `None` where the number of the result is no credit code.
    pub fn founded_by(&self, item: &Item, number: &str) -> Option<String> {
        let is_code = |field: &str| self.fields.get(field).is_some_and(|field| field.kind == FieldKind::CreditCode);
        let gives = &item.result.as_ref()?.gives;
        let code = identifier::normalise(number);
        let founds = gives.iter().any(|given| given.from.is_none() && is_code(given.field.get_ref()));
        (founds && CreditCode::parse(&code).is_ok()).then_some(code)
    }
}

impl ItemResult {
    pub fn is_licence(&self) -> bool {
        self.kind == LICENCE
    }
}

#[cfg(test)]
mod tests {
    use crate::compile::compile;

    const BODY: &str = "[[agency]]\ncode = \"a\"\nname = \"示例局\"\nkind = \"district-department\"\nshort = \"例\"\n";
    const ITEM: &str = "[[item]]\ncode = \"i\"\nname = \"示例事项\"\ntype = \"行政许可\"\nprocedure = \"p\"\nlimit = []\n\
                        result = { name = \"示例许可证\", kind = \"出证\" }\n";

    #[test]
    fn kind_and_body_and_serial_make_the_identifier() {
        let credit = "credit-code = \"11220000013544541J\"\n";
        let kind = "[[licence-type]]\nname = \"示例许可证\"\ntype-code = \"11100000000013338W032\"\n";
        let identified = |text: &str| {
            let (rulebook, _) = compile([("x.toml", text)]);
            rulebook.licence_identifier("i", "a", "2430599").map(|identifier| identifier.to_string())
        };
        let wanted = "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F";
        assert_eq!(identified(&format!("{BODY}{credit}{ITEM}{kind}")).as_deref(), Some(wanted));
        assert_eq!(identified(&format!("{BODY}{ITEM}{kind}")), None, "the body has no code");
        assert_eq!(identified(&format!("{BODY}{credit}{ITEM}")), None, "the kind has no code");
        let notice = ITEM.replace("出证", "出文");
        assert_eq!(identified(&format!("{BODY}{credit}{notice}{kind}")), None, "it is no licence");
    }
}
