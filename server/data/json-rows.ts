/** Rows as one jsonb parameter for `jsonb_to_recordset`: any number of rows is one statement. */
export function jsonRows(rows: readonly object[]): string {
  return JSON.stringify(rows);
}
