"""Names of the Segment Spec that stand as they are, although most conventions would change them, and why."""

STANDING = {
    "Account Added User": "The Segment Spec names the account that acted before the action.",
    "Account Removed User": "The Segment Spec names the account that acted before the action.",
    "Video Ad Playing": "The Segment Spec sends it again and again while the ad plays.",
    "Video Content Playing": "The Segment Spec sends it again and again while the content plays.",
}
