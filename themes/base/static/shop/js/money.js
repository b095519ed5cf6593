// Amounts in scripts are whole minor units (cents), as the server sent them; only the printing happens here.

export function printAmount(minor, currency, language) {
  const format = new Intl.NumberFormat(language === "en" ? "en-GB" : "fr-FR", { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits;
  return format.format(minor / 10 ** digits);
}
