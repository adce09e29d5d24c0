//! Stories of several items at once (一件事): a restaurant in the middle of its way, a pharmacy of which a part was refused, and one that
//! was just sent. They go through the same draft as everybody's.

use super::stories::Teller;
use super::{By, Line, PLACE, Scene, Stage, people, sample_answers, stopped};
use anyhow::Context;
use casework::act::Telling;
use casework::event::Channel;
use casework::{Act, Actor, Case, CaseNo, Holder};
use office::Outcome;
use office::drafts::{self, Wanted};
use rulebook::Rulebook;
use rulebook::intake::Answers;

use By::Staff;

/// An application for several items of a theme.
pub struct Together {
    theme: &'static str,
    items: &'static [&'static str],
    /// Place among the examples.
    applicant: usize,
    /// Answers beyond the samples of the forms, by the name of the element.
    told: &'static [(&'static str, &'static str)],
    /// Papers that are left out.
    without: &'static [&'static str],
}

impl Together {
    /// With all papers.
    pub(super) fn of(
        theme: &'static str,
        items: &'static [&'static str],
        applicant: usize,
        told: &'static [(&'static str, &'static str)],
    ) -> Together {
        Together { theme, items, applicant, told, without: &[] }
    }
}

/// The number of the first business licence: a credit code that is valid and nobody's.
fn new_code() -> String {
    rulebook::identifier::CreditCode::compose("91", "120116", "MADEM109").map(|code| code.to_string()).unwrap_or_default()
}

impl Teller<'_> {
    fn tells_together(&mut self, ago: usize, together: Together) {
        self.story += 1;
        self.at(ago, if ago == 0 { 9 } else { 10 }, 15, Line::Together(together));
    }

    /// An officer does something to the case of one part, `ago` working days before now.
    pub(super) fn of_part(
        &mut self,
        ago: usize,
        minute: i8,
        item: &'static str,
        officer: &'static str,
        act: impl Fn(&Case) -> Act + Send + Sync + 'static,
    ) {
        self.at(ago, 14, minute, Line::Part { item, by: Staff(officer), act: Box::new(act) });
    }

    fn part_granted(
        &mut self,
        ago: usize,
        item: &'static str,
        (examiner, approver): (&'static str, &'static str),
        number: String,
    ) {
        self.of_part(ago + 1, 0, item, examiner, |_| Act::Claim);
        self.of_part(ago + 1, 5, item, examiner, |_| Act::Accept { deferred: Vec::new() });
        self.of_part(ago, 10, item, examiner, |_| Act::Review {
            agrees: true, opinion: "经审查，符合法定条件。".into()
        });
        self.of_part(ago, 20, item, approver, |_| Act::Grant { content: "准予申请的全部内容（示例）".into() });
        self.of_part(ago, 30, item, examiner, move |_| Act::MakeResult { number: number.clone(), name: String::new() });
        self.of_part(ago, 40, item, examiner, |_| Act::Deliver { manner: "电子送达".into(), receiver: "申请人".into() });
    }
}

pub(super) fn script(t: &mut Teller<'_>) {
    restaurant(t);
    pharmacy(t);
    // A stall that was just sent: nobody has looked at it yet.
    t.tells_together(
        0,
        Together {
            theme: "restaurant",
            items: &["self-employed-registration", "food-operation-new", "shop-sign-filing"],
            applicant: people::FIRM_COUNT + 3,
            told: &[
                ("已有营业执照", "否"),
                ("拟登记主体类型", "个体工商户"),
                ("申请人类型", "个体工商户"),
                ("从业人数", "8"),
                ("个体工商户名称", "天津市滨海新区示例小吃店000110号"),
            ],
            without: &[],
        },
    );
}

/// The licence is there; of the permits that waited for it one asks for a correction, one is decided, and the others wait for somebody.
fn restaurant(t: &mut Teller<'_>) {
    t.tells_together(
        6,
        Together {
            theme: "restaurant",
            items: &[
                "company-registration",
                "food-operation-new",
                "shop-sign-filing",
                "kitchen-waste-registration",
                "drainage-permit",
            ],
            applicant: people::FIRM_COUNT,
            told: &[("已有营业执照", "否"), ("拟登记主体类型", "公司"), ("拟用企业名称", "天津滨海示例小馆000109号有限公司")],
            without: &["food-equipment-list"],
        },
    );
    t.part_granted(3, "company-registration", ("li", "zhao"), new_code());
    t.of_part(2, 0, "kitchen-waste-registration", "wu", |_| Act::Claim);
    t.of_part(2, 5, "kitchen-waste-registration", "wu", |_| Act::File);
    t.of_part(1, 0, "food-operation-new", "li", |_| Act::Claim);
    t.of_part(1, 5, "food-operation-new", "li", |_| Act::AskCorrection {
        defects: vec![Telling {
            about: "food-equipment-list".into(), words: "请补充设备设施清单，写明消毒和保洁设备。".into()
        }],
        exception: None,
    });
}

/// One permit is granted and one refused; the refusal leaves the others alone, and the firm may try that part again.
fn pharmacy(t: &mut Teller<'_>) {
    t.tells_together(
        12,
        Together {
            theme: "pharmacy",
            items: &["drug-retail-licence", "device-class3-licence", "shop-sign-filing"],
            applicant: 1,
            told: &[("已有营业执照", "是")],
            without: &[],
        },
    );
    let number = format!("SL{:06}", t.story);
    t.part_granted(7, "drug-retail-licence", ("li", "zhao"), number);
    t.of_part(9, 0, "device-class3-licence", "wang", |_| Act::Claim);
    t.of_part(9, 5, "device-class3-licence", "wang", |_| Act::Accept { deferred: Vec::new() });
    t.of_part(6, 0, "device-class3-licence", "wang", |_| Act::Review {
        agrees: true,
        opinion: "没有与经营范围相适应的冷藏库房，拟不予许可。".into(),
    });
    t.of_part(5, 0, "device-class3-licence", "zhao", |_| Act::Refuse {
        reasons: "没有与经营规模和经营范围相适应的贮存条件。".into(),
        basis: "医疗器械监督管理条例（示例）".into(),
        false_statement: None,
    });
}

impl Stage<'_> {
    /// Fills in a draft for all of it and sends it.
    pub(super) async fn send_together(&mut self, scene: &Scene, together: &Together) -> anyhow::Result<Outcome> {
        let office = self.office;
        let (holder, title, by) = people::applicant(office, together.applicant).await?;
        let items: Vec<String> = together.items.iter().map(|item| (*item).to_owned()).collect();
        let begun = office.begin_bundle(&by, &holder, Some(together.theme), &items, PLACE, Channel::Online);
        let id = begun.await.map_err(stopped)?;
        let (live, now) = (office.rulebooks.live()?, office.clock.now());
        let draft = office.store.draft(&id).await?.context("the draft is there")?;
        let wanted = Wanted::of(&live.rules, &draft).context("the rulebook knows all of it")?;
        let mut answers = Answers::new();
        for item in wanted.items.iter().rev() {
            answers.extend(sample_answers(&live.rules, item, (&holder, &title), PLACE, now.day()));
        }
        self.about_the_founder(&live.rules, &holder, &mut answers).await?;
        answers.extend(together.told.iter().filter_map(|(name, value)| told(&live.rules, name, value)));
        answers.retain(|code, _| wanted.asks(code).is_some());
        let saved: Vec<(String, String)> = answers.clone().into_iter().collect();
        drafts::save(&office.store, &live.rules, &by, &id, &saved, now).await.map_err(stopped)?;
        let lacking = wanted.intake(&answers, &[], now.day()).lacking();
        let paper = people::example_paper()?;
        for key in lacking.iter().filter(|key| !together.without.contains(&key.as_str())) {
            let name = live.rules.materials.get(key).map_or(key.as_str(), |material| material.name.as_str());
            office.attach_paper(&by, &id, key, &format!("{name}.pdf"), &paper).await.map_err(stopped)?;
        }
        let outcome = office.submit_draft(&by, &id, None).await.map_err(stopped)?;
        if let Outcome::Done(case) = &outcome {
            self.cases.insert(scene.story, (case.no.clone(), by));
        }
        Ok(outcome)
    }

    /// Who founds a firm in her own name is its legal representative.
    async fn about_the_founder(&self, rules: &Rulebook, holder: &Holder, answers: &mut Answers) -> anyhow::Result<()> {
        let Holder::Person(id) = holder else { return Ok(()) };
        let person = self.office.store.person(id).await?.with_context(|| format!("no example person {id}"))?;
        let names = ["法定代表人", "自然人姓名", "法定代表人证件号码", "公民身份号码"];
        let values = [&person.name, &person.name, &person.id_number, &person.id_number];
        answers.extend(names.into_iter().zip(values).filter_map(|(name, value)| told(rules, name, value)));
        Ok(())
    }

    /// The case of one part, and who acts on it as its applicant.
    pub(super) async fn part_of(&self, story: usize, item: &str) -> anyhow::Result<(CaseNo, Actor)> {
        let (no, applicant) = self.cases.get(&story).context("the story has no case yet")?;
        let bundle = self.office.store.case(no).await?.and_then(|case| case.bundle).context("the case is a bundle")?;
        let part = bundle.component(item).and_then(|part| part.case()).with_context(|| format!("{item} has not begun"))?;
        Ok((part.clone(), applicant.clone()))
    }
}

/// An answer by the name of its element.
fn told(rules: &Rulebook, name: &str, value: &str) -> Option<(String, String)> {
    rules.fields.get(name).map(|field| (field.code.clone(), value.to_owned()))
}
