//! Help and errors of the arguments in Chinese: the parser of arguments itself speaks English only.

use super::Screen;
use crate::diagnostic::Text;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use std::ffi::OsString;

/// Commands and what they do.
const COMMANDS: &[(&str, &str)] = &[
    ("wangge", "检查属地职责政策，按记录计分，并说明理由"),
    ("check", "读入政策、清单和测试，报告其中的问题"),
    ("score", "按政策对记录计分"),
    ("merge", "合并各部分的汇总账"),
    ("explain", "把一个对象的结果追溯到记录"),
    ("fmt", "把政策改写为标准格式（直接改写文件；`--check` 只检查）"),
    ("test", "运行政策的测试"),
    ("new", "新建可立即计分的政策、清单和样例数据"),
    ("code", "解释一个诊断编号"),
];

/// Arguments by the command that has them (empty: any) and their id.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("", "lang", "消息的语言"),
    ("check", "paths", "文件或文件夹；`-` 为标准输入"),
    ("fmt", "paths", "文件或文件夹；`-` 为标准输入"),
    ("test", "paths", "测试文件（tests.yaml、*.test.yaml）或文件夹"),
    ("check", "format", "诊断的输出格式"),
    ("test", "format", "结果的输出格式"),
    ("score", "format", "结果的文件格式"),
    ("", "deny", "有警告时退出码也为 1"),
    ("", "manifest", "清单文件"),
    ("", "period", "考核期：2024、2024H1、2024Q3、2024-03、2024-W05、某日、起..止"),
    ("explain", "within", "在考核期内只看此期间：2024Q3、2024-03、某日、起..止"),
    ("", "as_of", "截至何时的情况：日期或时刻"),
    ("", "data", "清单中相对路径的起点（默认：清单所在文件夹）"),
    ("", "threads", "线程数（默认：全部核心）"),
    ("merge", "out", "合并后的汇总账；原有的会被替换"),
    ("merge", "ledgers", "同一政策和登记册、各含不同文件的汇总账"),
    ("", "ledger", "把记录的汇总结果存入此文件并在其上继续：已计入的文件不再读取"),
    ("", "replace", "用现有文件重新生成汇总账"),
    ("", "what_if", "另以此参数值同时计分；多个取值用多个选项，几个参数一起变时以 `;` 连接"),
    ("", "no_records", "只用汇总账中的记录，数据文件不必在场"),
    ("", "out", "结果文件夹；先前运行写成的会被替换"),
    ("", "findings", "认定结果中列出哪些义务"),
    ("", "strict", "有记录被拒收则退出码为 1"),
    ("", "quiet", "除错误外不输出"),
    ("", "bom", "CSV 文件以字节顺序标记开头，便于电子表格打开"),
    ("", "hash_inputs", "在 run.json 中写入每个输入文件的摘要"),
    ("", "subject", "对象的主键"),
    ("", "assessment", "只看这项考核、累计或奖励"),
    ("", "all", "列表不截短"),
    ("", "rule", "只看这条规则"),
    ("", "check", "不改动文件；有文件不是标准格式则退出码为 1"),
    ("", "keywords", "使用这种语言的关键词（默认：文件原有的）"),
    ("", "dir", "要新建的文件夹"),
    ("", "code", "编号，如 WG0123（默认：列出全部）"),
    ("", "help", "显示帮助"),
    ("", "version", "显示版本"),
];

/// Whether the arguments ask for Chinese, as far as can be seen before they are read.
pub(super) fn is_asked(args: &[OsString]) -> bool {
    let after = args.windows(2).any(|pair| matches!(pair, [flag, lang] if flag == "--lang" && lang == "zh"));
    after || args.iter().any(|arg| arg == "--lang=zh")
}

/// The command line with all its help in Chinese.
pub(super) fn translated(command: Command) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = one(command.disable_version_flag(true).arg(version), "wangge")
        .disable_help_subcommand(true)
        .override_usage("wangge [选项] <命令>")
        .help_template("{about}\n\n用法：{usage}\n\n命令：\n{subcommands}\n\n选项：\n{options}");
    for name in names {
        command = command.mut_subcommand(&name, |sub| {
            let positionals: String = sub.get_positionals().map(usage).collect();
            let template = match positionals.is_empty() {
                true => "{about}\n\n用法：{usage}\n\n选项：\n{options}",
                false => "{about}\n\n用法：{usage}\n\n参数：\n{positionals}\n\n选项：\n{options}",
            };
            one(sub, &name).override_usage(format!("wangge {name} [选项]{positionals}")).help_template(template)
        });
    }
    command
}

fn usage(arg: &Arg) -> String {
    let name = arg.get_value_names().and_then(|names| names.first()).map_or_else(String::new, ToString::to_string);
    let more = if matches!(arg.get_action(), ArgAction::Append) { "..." } else { "" };
    if arg.is_required_set() { format!(" <{name}>{more}") } else { format!(" [{name}]{more}") }
}

fn one(command: Command, name: &str) -> Command {
    let about = COMMANDS.iter().find(|(command, _)| *command == name).map(|(_, about)| *about);
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let command = match about {
        Some(about) => command.about(about),
        None => command,
    };
    command.disable_help_flag(true).arg(help).mut_args(|arg| argument(arg, name))
}

fn argument(arg: Arg, command: &str) -> Arg {
    let id = arg.get_id().as_str();
    let found = ARGUMENTS.iter().filter(|(_, other, _)| *other == id);
    let Some((_, _, help)) =
        found.clone().find(|(of, ..)| *of == command).or_else(|| found.clone().find(|(of, ..)| of.is_empty()))
    else {
        return arg;
    };
    let mut help = (*help).to_owned();
    if arg.get_action().takes_values() {
        let values: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        if !values.is_empty() {
            help.push_str(&format!("（可用：{}", values.join("、")));
            let defaults: Vec<String> =
                arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
            if !defaults.is_empty() {
                help.push_str(&format!("；默认 {}", defaults.join("、")));
            }
            help.push('）');
        }
    }
    match arg.get_action().takes_values() {
        true => arg.help(help).hide_possible_values(true).hide_default_value(true),
        false => arg.help(help),
    }
}

/// Prints what is wrong with the arguments.
pub(super) fn print_error(error: &clap::Error, screen: &mut Screen) {
    let texts = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let first = |kind| texts(kind).into_iter().next().unwrap_or_default();
    let quoted = |texts: Vec<String>| texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join("、");
    let (argument, value) = (first(ContextKind::InvalidArg), first(ContextKind::InvalidValue));
    let message = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("`{argument}` 之后应写一个值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("`{argument}` 的值 `{value}` 无法识别"),
        ErrorKind::UnknownArgument => format!("没有 `{argument}` 这个参数"),
        ErrorKind::InvalidSubcommand => format!("没有 `{}` 这个命令", first(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少参数 {}", quoted(texts(ContextKind::InvalidArg))),
        ErrorKind::ArgumentConflict => format!("`{argument}` 只能写一次，或不能与其他参数同用"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("`{argument}` 的值的个数不对")
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "没有写明命令".to_owned(),
        _ => "命令行参数无法识别".to_owned(),
    };
    // The text is only shown in Chinese.
    screen.error(&Text::new("", message));
    let kinds = [
        ContextKind::ValidValue,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let choices: Vec<String> = kinds.into_iter().flat_map(texts).collect();
    if !choices.is_empty() {
        screen.help(&Text::new("", format!("可用或相近的有：{}", quoted(choices))));
    }
    screen.help(&Text::new("", "`wangge --help --lang zh` 显示用法"));
}
