/** The subject of a mail whose results are in a CSV file: the generic form that backup monitors agreed on. */
export const CSV_REPORT = /^(?:backup report csv|backup csv report)\b/i;

const SUBJECT = /^subject:[ \t]*(.{0,200})/im;

/** Whether the head of a mail says that its results are in a CSV file; else the files of a mail are not read. */
export function isCsvReport(head: string): boolean {
  return CSV_REPORT.test(SUBJECT.exec(head)?.[1]?.trim() ?? '');
}
