//! What a guide must say and how its parts agree: rules V2–V11 of the guide checks in use elsewhere (domain handbook §3.3).

use super::Checking;
use crate::item::{Item, ItemType};

/// The channels a guide names: the applicant chooses among them (优化营商环境条例 art. 37).
const ONLINE: &str = "网上";
const POST: &str = "邮寄";
/// All of it online, without a visit.
const WHOLLY_ONLINE: &str = "Ⅳ";

impl<'a> Checking<'a> {
    pub(super) fn guide(&mut self, item: &'a Item) {
        self.result(item);
        self.visits(item);
        self.fee(item);
        self.phones(item);
        self.audience(item);
        if item.item_type == ItemType::Permit {
            if item.faq.is_empty() {
                self.of_item("V9", item, "faq", "没有常见问题", "There is no frequent question");
            }
            self.steps(item);
        }
        if item.closed_from.is_some() && item.closed_reason.is_empty() {
            self.of_item("closed-reason", item, "closed-from", "停止办理没有写明理由", "It is closed without a reason");
        }
    }

    /// V2: the kind follows from what the paper is called; the longest ending decides. V11: there is a sample.
    fn result(&mut self, item: &Item) {
        let Some(result) = &item.result else { return };
        let rulebook = self.rulebook;
        let kinds = rulebook.checks.get("V2").into_iter().flat_map(|check| &check.words);
        let endings = kinds.flat_map(|(kind, endings)| endings.iter().map(move |ending| (kind, ending)));
        let fits = endings.filter(|(_, ending)| result.name.ends_with(ending.as_str())).max_by_key(|(_, ending)| ending.len());
        if let Some((kind, _)) = fits.filter(|(kind, _)| **kind != result.kind) {
            let (name, own) = (&result.name, &result.kind);
            let zh = format!("结果“{name}”的类型应当是“{kind}”，不是“{own}”");
            self.of_item("V2", item, "result.kind", zh, format!("The result “{name}” is of kind “{kind}”, not “{own}”"));
        }
        if result.sample.trim().is_empty() {
            let name = &result.name;
            self.of_item("V11", item, "result", format!("结果“{name}”没有样本"), format!("The result “{name}” has no sample"));
        }
        if let (Some(from), Some(until)) = (result.renew_from_days, result.renew_until_days)
            && (from <= until || result.validity_months.is_none())
        {
            let zh = "延续申请的起止要落在有效期内，起在止前";
            self.of_item(
                "renewal-window",
                item,
                "result.renew-from-days",
                zh,
                "The time to renew lies within the validity and begins before it ends",
            );
        }
    }

    fn visits(&mut self, item: &Item) {
        let visits = item.visits;
        if visits > 0 && item.visit_reason.is_empty() {
            let zh = format!("要到现场 {visits} 次，没有写明理由");
            self.of_item("V3", item, "visits", zh, format!("{visits} visits are asked for and no reason is given"));
        } else if visits == 0 && !item.visit_reason.is_empty() {
            self.of_item(
                "V3",
                item,
                "visit-reason",
                "不用到现场，却写了必须到场的理由",
                "No visit is asked for, yet a reason for one is given",
            );
        }
        let by = |channel: &str| item.channels.iter().any(|known| known == channel);
        if visits == 0 && !by(ONLINE) && !by(POST) {
            self.of_item(
                "V4",
                item,
                "channels",
                "不用到现场，又不能网上办，就要能邮寄",
                "Without a visit and not online, it must be possible by post",
            );
        }
        if item.online_depth == WHOLLY_ONLINE && (visits > 0 || !by(ONLINE)) {
            let zh = "网办深度Ⅳ级是全程网办，不能再要求到现场";
            self.of_item("V5", item, "online-depth", zh, "Online depth Ⅳ means wholly online, without a visit");
        }
    }

    fn fee(&mut self, item: &Item) {
        let fee = &item.fee;
        if fee.charged && (fee.basis.is_none() || fee.standard.is_empty() || !fee.pay_online) {
            let zh = "收费要写明依据和标准，并能网上支付";
            self.of_item("V6", item, "fee", zh, "A fee states its basis and amount and can be paid online");
        } else if !fee.charged && (fee.pay_online || !fee.standard.is_empty()) {
            self.of_item(
                "V6",
                item,
                "fee",
                "不收费，却写了收费标准或者网上支付",
                "No fee is charged, yet an amount or online payment is stated",
            );
        }
    }

    fn phones(&mut self, item: &Item) {
        let (consult, complaint) = (&item.consult_phone, &item.complaint_phone);
        if consult == complaint {
            let (zh, en) = if consult.is_empty() {
                ("没有咨询电话和投诉电话", "There is no phone for questions or complaints")
            } else {
                ("咨询电话和投诉电话是同一个", "Questions and complaints go to the same phone")
            };
            self.of_item("V7", item, "complaint-phone", zh, en);
            return;
        }
        let short = self.words("V7", "short-numbers");
        for (key, phone) in [("consult-phone", consult), ("complaint-phone", complaint)] {
            if !has_area_code(phone) && !short.contains(phone) {
                let zh = format!("电话“{phone}”没有区号");
                self.of_item("V7", item, key, zh, format!("The phone “{phone}” has no area code"));
            }
        }
    }

    /// V8: whom it serves and the theme it is found under belong together.
    fn audience(&mut self, item: &Item) {
        let firms = self.words("V8", "法人主题");
        let people = self.words("V8", "自然人主题");
        if firms.is_empty() || people.is_empty() {
            return;
        }
        if item.objects.is_empty() {
            self.of_item("V8", item, "objects", "没有写明服务对象", "It does not say whom it serves");
            return;
        }
        for (at, theme) in item.themes.iter().enumerate() {
            let (for_firms, for_people) = (firms.contains(theme), people.contains(theme));
            let serves_people = item.objects.iter().any(|object| object == "自然人");
            let serves_firms = item.objects.iter().any(|object| object != "自然人");
            let fault = if !for_firms && !for_people {
                Some((format!("主题分类里没有“{theme}”"), format!("There is no theme “{theme}”")))
            } else if !((for_firms && serves_firms) || (for_people && serves_people)) {
                Some((format!("主题“{theme}”与服务对象不一致"), format!("The theme “{theme}” does not fit those it serves")))
            } else {
                None
            };
            if let Some((zh, en)) = fault {
                self.of_item("V8", item, &format!("themes.{at}"), zh, en);
            }
        }
    }

    /// V10: a permit's way as the public sees it.
    fn steps(&mut self, item: &Item) {
        let wanted = self.words("V10", "steps");
        let missing: Vec<&str> = wanted.iter().filter(|step| !item.steps.contains(step)).map(String::as_str).collect();
        if !missing.is_empty() {
            let missing = missing.join("、");
            self.of_item(
                "V10",
                item,
                "steps",
                format!("办理流程缺少：{missing}"),
                format!("The way it is handled lacks: {missing}"),
            );
        }
    }
}

/// `022-00000001`: an area code of three or four digits, and seven or eight more.
fn has_area_code(phone: &str) -> bool {
    let Some((area, number)) = phone.split_once('-') else { return false };
    let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    area.starts_with('0') && digits(area, 3..=4) && digits(number, 7..=8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_has_an_area_code() {
        for (phone, expected) in [
            ("022-00000001", true),
            ("0316-1234567", true),
            ("12345", false),
            ("13800000000", false),
            ("22-00000001", false),
            ("022-1", false),
            ("", false),
        ] {
            assert_eq!(has_area_code(phone), expected, "{phone}");
        }
    }
}
