//! Fields of definitions in words.

use crate::text::Text;

/// Keys that mean something else in another kind of definition stand first, with that kind.
const OF_KIND: [(&str, &str, &str, &str); 6] = [
    ("material", "kind", "材料类型", "kind of paper"),
    ("field", "kind", "数据类型", "kind of value"),
    ("agency", "kind", "机关类别", "kind of agency"),
    ("agency", "areas", "辖区", "areas"),
    ("partner", "items", "办理的事项", "items it handles"),
    ("partner", "key", "密钥名", "name of its key"),
];

const KEYS: [(&str, &str, &str); 134] = [
    ("act", "行为", "acts"),
    ("address", "地址", "address"),
    ("after", "在谁之后", "after"),
    ("agency", "机关", "agency"),
    ("amount", "金额", "amount"),
    ("answer", "回答", "answer"),
    ("anywhere", "随时可以作出的行为", "acts at every step"),
    ("apart", "应当分开的角色", "parts kept apart"),
    ("areas", "区域", "areas"),
    ("arrangement", "政府组织联合办理的依据", "arrangement"),
    ("article", "条款", "article"),
    ("ask", "问题", "questions"),
    ("at-most", "本批限额", "limit of the batch"),
    ("available-from", "可以从哪里取得", "available from"),
    ("basis", "依据", "basis"),
    ("batch", "批次", "batches"),
    ("batch-key", "批量办理的依据", "batch key"),
    ("budget", "预算科目", "budget line"),
    ("by", "由谁作出", "by whom"),
    ("call-seconds", "一次调用最长秒数", "seconds a call may take"),
    ("can-refuse", "可以不予批准", "can refuse"),
    ("channel", "来源渠道", "channel"),
    ("channels", "办理渠道", "channels"),
    ("charged", "收费", "charged"),
    ("check", "校验", "check"),
    ("class", "分类", "classes"),
    ("clause", "政策条款", "clause"),
    ("clock", "时钟", "clocks"),
    ("closed-from", "停止办理日期", "closed from"),
    ("closed-reason", "停止办理理由", "reason for closing"),
    ("code", "代码", "code"),
    ("codes", "代码集", "code list"),
    ("complaint-phone", "投诉电话", "phone for complaints"),
    ("component", "组成事项", "components"),
    ("condition", "受理条件", "conditions"),
    ("consult-phone", "咨询电话", "phone for questions"),
    ("copies", "复印件份数", "copies"),
    ("corrections-at", "统一告知补正的时刻", "minute at which corrections are told together"),
    ("days", "日", "days"),
    ("defer-working-days", "容缺补交期限", "working days to follow"),
    ("document", "原件", "document"),
    ("duty", "谁的期限", "whose duty"),
    ("elsewhere", "办理系统", "handled elsewhere"),
    ("end", "办结环节", "end"),
    ("example", "范例", "examples"),
    ("exercise-level", "行使层级", "level"),
    ("extension", "延长期限", "extension"),
    ("faq", "常见问题", "frequent questions"),
    ("fee", "收费", "fee"),
    ("field", "数据元", "element"),
    ("figures", "数值", "figures"),
    ("for-comparison", "仅供对照", "for comparison only"),
    ("form", "表单", "form"),
    ("formats", "文件格式", "formats"),
    ("fresh-days", "有效天数", "freshness in days"),
    ("from", "起始日期", "from"),
    ("gives", "产生的数据", "gives"),
    ("hint", "填报须知", "hint"),
    ("hours", "办公时间", "hours"),
    ("immediate", "当场办结", "on the spot"),
    ("independent-of", "不用等的事项", "independent of"),
    ("industry-body", "行业主管部门", "line department"),
    ("issuer", "出具机构", "issuer"),
    ("item", "事项", "item"),
    ("item-limit", "看管的时限", "limit it watches"),
    ("items", "收件事项", "items"),
    ("joint", "联合行为", "joint acts"),
    ("keywords", "常用说法", "everyday words"),
    ("kind", "种类", "kind"),
    ("knows-us-as", "对方对本系统的称呼", "what it calls us"),
    ("label", "英文名称", "English name"),
    ("law", "法律文件", "law"),
    ("lead-body", "牵头单位", "lead body"),
    ("length", "最长字数", "length"),
    ("level", "清单层级", "level"),
    ("limit", "办理时限", "limit"),
    ("lines", "行数", "lines"),
    ("list", "所在清单", "list"),
    ("list-row", "清单条目", "list row"),
    ("longest-pause-minutes", "最长重试间隔", "longest pause in minutes"),
    ("material", "申请材料", "papers"),
    ("max", "最大值", "greatest"),
    ("meaning", "含义", "meaning"),
    ("min", "最小值", "least"),
    ("months", "月", "months"),
    ("name", "名称", "name"),
    ("necessity", "必要性", "necessity"),
    ("none-stated", "法律没有规定", "none stated"),
    ("not-counted", "不计入的时间", "not counted"),
    ("note", "备注", "note"),
    ("notice", "公示期", "notice period"),
    ("objects", "服务对象", "whom it serves"),
    ("of-others", "他人的证照", "of others"),
    ("on-expiry", "期满后果", "on expiry"),
    ("online-depth", "网办深度", "online depth"),
    ("originals", "原件份数", "originals"),
    ("paragraph", "原文段落", "paragraphs of the text"),
    ("passage", "对应的段落", "passage"),
    ("person", "由工作人员办理的问题", "question for a person"),
    ("phone", "电话", "phone"),
    ("point", "审查要点", "review points"),
    ("principal", "委托机关", "principal"),
    ("procedure", "流程", "procedure"),
    ("promised-working-days", "承诺工作日", "promised working days"),
    ("public", "对外说明", "what the public reads"),
    ("question", "问题", "question"),
    ("remedy", "救济途径", "remedies"),
    ("replaced-by", "免提交证照", "replaced by"),
    ("reports", "可以回传的状态", "what it may report"),
    ("required", "必填", "required"),
    ("result", "办理结果", "result"),
    ("said", "文件里的说法", "what documents call it"),
    ("sample", "样本", "sample"),
    ("section", "部分", "sections"),
    ("severity", "严重程度", "severity"),
    ("shots", "拍照清单", "photographs that are asked for"),
    ("silent-hours", "多久无消息即查询", "hours of silence"),
    ("situation", "情形", "situations"),
    ("source", "来源", "source"),
    ("standard", "标准", "standard"),
    ("start", "起算", "start"),
    ("status", "核实状态", "status"),
    ("step", "环节", "steps"),
    ("steps", "办理流程", "steps"),
    ("summary", "一句话说明", "summary"),
    ("themes", "主题", "themes"),
    ("to", "下一环节", "next step"),
    ("tries", "发送次数上限", "tries"),
    ("value", "可选值", "values"),
    ("version", "版本", "version"),
    ("visits", "到现场次数", "visits"),
    ("when", "适用条件", "when"),
    ("working-days", "工作日", "working days"),
    ("year", "年度", "year"),
];

/// The path of a field in words; a key without words of its own stays as it is written.
pub(super) fn title(kind: &str, path: &str) -> Text {
    if path.is_empty() {
        return Text::new("整个定义", "the whole definition");
    }
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (depth, step) in steps(path).into_iter().enumerate() {
        let (key, row) = step.split_once('[').map_or((step, ""), |(key, _)| (key, &step[key.len()..]));
        let own = OF_KIND.iter().find(|(of, known, ..)| depth == 0 && *of == kind && *known == key);
        let words = own.map(|(.., zh, en)| (*zh, *en));
        let words = words.or_else(|| KEYS.iter().find(|(known, ..)| *known == key).map(|(_, zh, en)| (*zh, *en)));
        let (own_zh, own_en) = words.unwrap_or((key, key));
        zh.push(format!("{own_zh}{row}"));
        en.push(format!("{own_en}{row}"));
    }
    Text::new(zh.join("·"), en.join(" · "))
}

/// The steps of a path. Points within brackets belong to the row.
fn steps(path: &str) -> Vec<&str> {
    let (mut steps, mut from, mut depth) = (Vec::new(), 0, 0);
    for (at, letter) in path.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' => depth -= 1,
            '.' if depth == 0 => {
                steps.push(&path[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    steps.push(&path[from..]);
    steps
}
