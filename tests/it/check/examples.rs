//! The policies of the repository have no error.

use super::{check_text, checked};

#[test]
fn examples_have_no_error() {
    for text in
        [include_str!("../../../examples/chicago/policy.wg"), include_str!("../../../examples/liuyan/policy.wg")]
    {
        let (checked, _) = checked(&[text]);
        assert!(!wangge::check::has_errors(&checked.diagnostics), "{}", check_text(text));
        assert_eq!(checked.policies.len(), 1);
    }
}
