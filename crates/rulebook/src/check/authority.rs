//! The authority matrix: every item has a body that may decide it, and each form of holding a power keeps its own law
//! (行政许可法 arts. 23–25, decision 25). Serves measures 6 and 7.

use super::Checking;
use crate::agency::{Agency, Authority, AuthorityForm};
use crate::calendar::Term;
use crate::definition::Place;
use crate::item::{Item, ItemType, LimitKind};
use std::collections::BTreeSet;

impl<'a> Checking<'a> {
    pub(super) fn authority(&mut self) {
        let rulebook = self.rulebook;
        for (at, row) in rulebook.authority.iter().enumerate() {
            let place = rulebook.authority_places[at].clone();
            self.areas(row, &place);
            self.form(row, &place);
            self.terms(row, &place);
            if let Some(until) = row.until.filter(|until| *until < row.from) {
                let zh = format!("行使权限在生效（{}）以前就已失效（{until}）", row.from);
                self.report(
                    "authority-dates",
                    place.clone(),
                    zh,
                    format!("The power ends on {until}, before it begins on {}", row.from),
                );
            }
            if rulebook.authority[..at].iter().any(|other| overlap(other, row)) {
                let zh = format!("“{}”对“{}”的权限写了两次", row.agency.get_ref(), row.item.get_ref());
                self.report(
                    "authority-dates",
                    place,
                    zh,
                    format!("The power of “{}” over “{}” is stated twice", row.agency.get_ref(), row.item.get_ref()),
                );
            }
        }
        for item in rulebook.items.values() {
            self.somebody_decides(item);
        }
        self.bodies();
    }

    /// Every part of the district has a body that may decide the item.
    fn somebody_decides(&mut self, item: &Item) {
        let code = item.code.get_ref();
        let rows: Vec<&Authority> = self.rulebook.authority.iter().filter(|row| row.item.get_ref() == code).collect();
        if !rows.iter().any(|row| row.until.is_none_or(|until| until >= self.today)) {
            self.of_item("authority-missing", item, "", "没有机关有权办理这个事项", "No agency may decide this item");
            return;
        }
        // What is paid under a programme is had where a body has one, and nowhere else.
        if self.rulebook.programmes.values().any(|own| own.item.as_ref().is_some_and(|own| own.get_ref() == code)) {
            return;
        }
        let day = rows.iter().map(|row| row.from).min().map_or(self.today, |first| first.max(self.today));
        let left: Vec<&str> = self
            .rulebook
            .areas
            .iter()
            .filter(|(area, _)| self.rulebook.competent(code, area, day).is_empty())
            .map(|(_, area)| area.name.as_str())
            .collect();
        if !left.is_empty() {
            let left = left.join("、");
            self.of_item(
                "authority-missing",
                item,
                "",
                format!("这些区域没有机关有权办理：{left}"),
                format!("No agency may decide it in: {left}"),
            );
        }
    }

    fn areas(&mut self, row: &Authority, place: &Place) {
        let rulebook = self.rulebook;
        let Some(agency) = rulebook.agencies.get(row.agency.get_ref()) else { return };
        for area in &row.areas {
            let Some(known) = rulebook.areas.get(area) else {
                self.report(
                    "authority-area",
                    place.clone(),
                    format!("没有代码为“{area}”的区域"),
                    format!("There is no area “{area}”"),
                );
                continue;
            };
            if !agency.areas.is_empty() && !agency.areas.contains(area) {
                let (zh, en) = (
                    format!("“{}”不在“{}”的辖区内", known.name, agency.name),
                    format!("“{}” lies outside the areas of “{}”", known.name, agency.name),
                );
                self.report("authority-area", place.clone(), zh, en);
            }
        }
    }

    fn form(&mut self, row: &Authority, place: &Place) {
        let rulebook = self.rulebook;
        let permit = rulebook.items.get(row.item.get_ref()).is_some_and(|item| item.item_type == ItemType::Permit);
        let authority = rulebook.agencies.get(row.agency.get_ref()).is_none_or(is_authority);
        match (row.form, &row.principal) {
            (AuthorityForm::Entrusted, None) => {
                self.report("entrustment", place.clone(), "委托没有写明委托机关", "It is entrusted, and no principal is named");
            }
            (AuthorityForm::Entrusted, Some(principal)) => {
                let own = |row: &&Authority| row.agency.get_ref() == principal.get_ref();
                let of_principal: Vec<&Authority> =
                    rulebook.authority.iter().filter(|other| other.item.get_ref() == row.item.get_ref()).filter(own).collect();
                let name = rulebook
                    .agencies
                    .get(principal.get_ref())
                    .map_or(principal.get_ref().as_str(), |agency| agency.name.as_str());
                if of_principal.is_empty() {
                    let zh = format!("委托机关“{name}”自己没有这项权限");
                    self.report("entrustment", place.clone(), zh, format!("The principal “{name}” does not hold this power"));
                } else if of_principal.iter().all(|row| row.form == AuthorityForm::Entrusted) {
                    let zh = format!("“{name}”的权限是受委托得来的，不得再委托");
                    self.report(
                        "entrustment",
                        place.clone(),
                        zh,
                        format!("“{name}” was itself entrusted and may not pass it on"),
                    );
                }
                if permit && !authority {
                    self.report(
                        "entrustment",
                        place.clone(),
                        "行政许可只能委托给其他行政机关",
                        "A permit is entrusted to another authority only",
                    );
                }
            }
            (_, Some(_)) => {
                self.report(
                    "entrustment",
                    place.clone(),
                    "不是委托，却写了委托机关",
                    "A principal is named, and it is not entrusted",
                );
            }
            (AuthorityForm::Own, None) if permit && !authority => {
                let zh = "不是行政机关的组织实施许可，要有法律、法规授权";
                self.report(
                    "entrustment",
                    place.clone(),
                    zh,
                    "A body that is no authority needs authorisation by law to decide permits",
                );
            }
            _ => {}
        }
    }

    /// V17: one item, one set of terms. V12 holds for a zone's own promise as for the district's.
    fn terms(&mut self, row: &Authority, place: &Place) {
        let rulebook = self.rulebook;
        let (Some(item), Some(days)) = (rulebook.items.get(row.item.get_ref()), row.promised_working_days) else { return };
        let own = Term::working_days(days);
        let district = self.limit_today(item, LimitKind::Promised);
        let start = district.map(|limit| limit.start).unwrap_or_default();
        if let Some(breach) = self.breach(item, own, start, row.from, row.until) {
            self.report("V12", place.clone(), breach.zh, breach.en);
        }
        let Some(promise) = district.and_then(|limit| limit.term()).filter(|promise| *promise != own) else { return };
        let name = rulebook.agencies.get(row.agency.get_ref()).map_or("", |agency| agency.name.as_str());
        let zh = format!("“{}”在“{name}”承诺{}，全区承诺{}", item.name, own.text().zh, promise.text().zh);
        let en = format!("“{}” takes {} at “{name}” and {} in the district", item.name, own.text().en, promise.text().en);
        self.report("V17", place.clone(), zh, en);
    }

    /// Bodies act in areas that exist, and whoever decides can be taken to review and to court (decision 27).
    fn bodies(&mut self) {
        let rulebook = self.rulebook;
        let deciding: BTreeSet<&str> = rulebook.authority.iter().map(|row| row.agency.get_ref().as_str()).collect();
        for (code, agency) in &rulebook.agencies {
            for (at, area) in agency.areas.iter().enumerate().filter(|(_, area)| !rulebook.areas.contains_key(*area)) {
                let place = self.places.part("agency", code, &format!("areas.{at}"));
                self.report("authority-area", place, format!("没有代码为“{area}”的区域"), format!("There is no area “{area}”"));
            }
            if deciding.contains(code.as_str()) && agency.remedy.is_none() && is_authority(agency) {
                let place = self.places.of("agency", code);
                let name = &agency.name;
                self.report(
                    "remedy-missing",
                    place,
                    format!("“{name}”没有写明复议机关和法院"),
                    format!("“{name}” names no body of review and no court"),
                );
            }
        }
        for (code, window) in &rulebook.windows {
            for (at, item) in window.items.iter().enumerate().filter(|(_, item)| !rulebook.items.contains_key(*item)) {
                let place = self.places.part("window", code, &format!("items.{at}"));
                self.report("window-item", place, format!("没有名为“{item}”的事项"), format!("There is no item “{item}”"));
            }
        }
    }
}

/// Public utilities and service bodies are no authorities (行政机关).
fn is_authority(agency: &Agency) -> bool {
    !matches!(agency.kind.as_str(), "utility" | "public-service")
}

/// The same power of the same body twice at one time and place.
fn overlap(one: &Authority, other: &Authority) -> bool {
    let places = one.areas.is_empty() || other.areas.is_empty() || one.areas.iter().any(|area| other.areas.contains(area));
    let times = one.until.is_none_or(|until| other.from <= until) && other.until.is_none_or(|until| one.from <= until);
    one.item == other.item && one.agency == other.agency && places && times
}
