//! Runs that cannot go on: interrupted, without room, with files that cannot be read. Nothing is left behind half written.

use super::{Folder, command};

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let folder = Folder::starter("zh");
        // A ledger that nobody writes: the run waits for it when the output folder is claimed.
        assert!(Command::new("mkfifo").arg(folder.path("ledger")).status().unwrap().success());
        let mut child = command(&folder.path("."))
            .args(["score", "plan/manifest.yaml", "--out", "out", "--ledger", "ledger", "--lang", "zh"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while !folder.path(".out.wangge/scratch").exists() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the folder is never claimed");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if begun.elapsed() > Duration::from_secs(60) {
                child.kill().unwrap();
                panic!("it goes on");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "错误：已中断；没有写入任何文件\n");
        assert_eq!(folder.names("."), ["ledger", "plan"]);
    }
}

/// The starter plan with more findings than fit into small files.
#[cfg(all(unix, feature = "xlsx"))]
fn many_findings() -> Folder {
    let folder = Folder::starter("en");
    let shops: String = (0..900).map(|at| format!("X{at},A1,high\n")).collect();
    let own = folder.read("plan/data/shops.csv");
    folder.write("plan/data/shops.csv", own + &shops);
    folder
}

/// Where files cannot grow, a workbook is an error with a way out and no slip of a library.
#[cfg(all(unix, feature = "xlsx"))]
#[test]
fn a_workbook_without_room_is_an_error() {
    let folder = many_findings();
    let score = |limit: &str, lang: &str| {
        let script = format!("trap '' XFSZ; {limit} exec \"$0\" \"$@\"");
        let program = env!("CARGO_BIN_EXE_wangge");
        let args = ["score", "plan/manifest.yaml", "--out", "out", "--format", "xlsx", "--lang", lang];
        let mut shell = std::process::Command::new("sh");
        shell.current_dir(folder.path(".")).args(["-c", &script, program]).args(args);
        // Rows wait beside the results, wherever the system keeps such files.
        let output = shell.env("TMPDIR", folder.path("nowhere")).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for (lang, way_out) in [("en", "make room there"), ("zh", "请腾出空间")] {
        let (code, err) = score("ulimit -f 100;", lang);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains("results.xlsx") && err.contains(way_out) && err.contains("`--out`"), "{err}");
        assert!(!err.contains("panicked"), "{err}");
        assert_eq!(folder.names("."), ["plan"]);
    }
    let (code, err) = score("", "en");
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(folder.names("out"), ["results.xlsx", "run.json"]);
}

#[test]
fn a_folder_that_cannot_be_made_names_a_way_out() {
    let folder = Folder::starter("en");
    let score = |lang: &str| {
        let args = ["score", "plan/manifest.yaml", "--out", "plan/policy.wg/out", "--lang", lang];
        folder.run(&args).ends(2).err
    };
    let err = score("en");
    assert!(err.contains("a part of the path is no folder\n  help: name a folder that you may write to"), "{err}");
    assert!(score("zh").contains("路径中有一段不是文件夹\n  提示：请用 `--out` 指定有写权限的文件夹"));
}

#[test]
fn all_files_that_cannot_be_read_are_named_at_once() {
    let folder = Folder::starter("en");
    folder.edit(
        "plan/manifest.yaml",
        "files: data/inspections.csv",
        "files: [data/gone.csv, data/inspections.csv, data/lost.csv]",
    );
    folder.edit("plan/manifest.yaml", "files: data/shops.csv", "files: data/shop_*.csv");
    let err = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(2).err;
    assert!(err.starts_with("error: 3 files cannot be used:\n"), "{err}");
    for part in
        ["data/gone.csv`: no such file\n", "data/lost.csv`: no such file\n", "no file matches `data/shop_*.csv`"]
    {
        assert!(err.contains(part), "{part}: {err}");
    }
    // Files that are there: registers and records alike.
    let folder = Folder::starter("en");
    folder.edit("plan/manifest.yaml", "files: data/inspections.csv", "files: data/in*.csv");
    folder.write("plan/data/inspections2.csv", b"\xFF\xFEs\0h\0o\0p\0");
    folder.write("plan/data/inspections3.csv", "shop,day\nS1,2024-01-01\n");
    folder.edit("plan/data/areas.csv", "id,name", "nr,name");
    let err = folder.run(&["score", "plan/manifest.yaml", "--out", "out", "--lang", "zh"]).ends(1).err;
    assert!(err.starts_with("错误：有 3 个文件无法采用：\n"), "{err}");
    for part in ["data/areas.csv:1：", "data/inspections2.csv:1：不是 UTF-8", "data/inspections3.csv:1："] {
        assert!(err.contains(&format!("\n  {part}")), "{part}: {err}");
    }
    // One alone is told as ever.
    let folder = Folder::starter("en");
    folder.edit("plan/data/areas.csv", "id,name", "nr,name");
    let err = folder.run(&["score", "plan/manifest.yaml"]).ends(1).err;
    assert!(err.starts_with("error: data/areas.csv:1: no column gives the field `id`"), "{err}");
    // A header that is cut nowhere.
    for (header, lang, help) in [
        ("id;name", "en", "its columns are separated by `;`: give the source `format: semicolon csv`"),
        ("id;name", "zh", "该文件以`;`分隔各列：请为该数据源写明 `format: semicolon csv`"),
        ("id\tname", "en", "its columns are separated by tabs: give the source `format: tsv`"),
    ] {
        let folder = Folder::starter("en");
        folder.edit("plan/data/areas.csv", "id,name", header);
        let err = folder.run(&["score", "plan/manifest.yaml", "--lang", lang]).ends(1).err;
        assert!(err.contains(help), "{err}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::starter("en");
    for name in ["areas", "complaints"] {
        let path = folder.path(&format!("plan/data/{name}.csv"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
        if std::fs::File::open(&path).is_ok() {
            // Whoever may read everything has no such file.
            return;
        }
    }
    let err = folder.run(&["score", "plan/manifest.yaml"]).ends(2).err;
    assert!(
        err.contains("areas.csv`: permission denied") && err.contains("complaints.csv`: permission denied"),
        "{err}"
    );
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_files_that_are_cut_or_of_another_shape_are_named_together() {
    let folder = Folder::starter("en");
    folder.run(&["score", "plan/manifest.yaml", "--out", "first", "--format", "parquet"]).ends(0);
    let table = std::fs::read(folder.path("first/scores.parquet")).unwrap();
    folder.edit("plan/manifest.yaml", "files: data/inspections.csv", "files: data/in*.parquet");
    folder.write("plan/data/in1.parquet", &table[..table.len() / 2]);
    folder.write("plan/data/in2.parquet", &table);
    folder.write("plan/data/in3.parquet", "");
    let err = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(1).err;
    assert!(err.starts_with("error: 3 files cannot be used:\n"), "{err}");
    for name in ["in1", "in2", "in3"] {
        assert!(err.contains(&format!("\n  data/{name}.parquet")), "{name}: {err}");
    }
    assert!(
        err.contains("in2.parquet:1: there is no column `shop`") || err.contains("no column gives the field `shop`"),
        "{err}"
    );
}
