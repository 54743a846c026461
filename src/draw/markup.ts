/** @file Text as markup, of SVG and of HTML. */

/** Text as markup. */
export const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** Text as markup of XML; what that cannot hold becomes the sign for it. */
export const escapedInXml = (text: string): string =>
  escaped(
    text.replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd"),
  );
