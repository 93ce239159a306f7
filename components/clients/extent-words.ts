import { listWords } from '@/domain/report/words';
import { counted } from '../format/amounts';

/** How much of a client there is, or went; what was not counted is left out. */
export interface ToldExtent {
  readonly systems?: number | undefined;
  readonly agents?: number | undefined;
  readonly jobs?: number | undefined;
  readonly runs?: number | undefined;
  readonly points?: number | undefined;
  readonly reports?: number | undefined;
  readonly citedReports?: number | undefined;
  readonly records?: number | undefined;
  readonly attachments?: number | undefined;
  readonly documents?: number | undefined;
  readonly samples?: number | undefined;
  readonly messages?: number | undefined;
  readonly people?: number | undefined;
}

/** What is data, in words: '3 systems, 12 jobs'. Nothing is left out but what there is none of. */
export function dataText(extent: ToldExtent): string {
  const { systems = 0, agents = 0, jobs = 0, runs = 0, points = 0, reports = 0, people = 0 } = extent;
  return listed([
    [systems, 'system'],
    [agents, 'agent or channel', 'agents and channels'],
    [jobs, 'job'],
    [runs, 'run'],
    [points, 'recovery point'],
    [reports, 'raw report'],
    [people, 'account', 'accounts'],
  ]);
}

/** What is evidence, in words. */
export function evidenceText(extent: ToldExtent): string {
  const { records = 0, attachments = 0, documents = 0, samples = 0, messages = 0, citedReports = 0 } = extent;
  return listed([
    [records, 'record of a restore test', 'records of restore tests'],
    [attachments, 'attachment'],
    [documents, 'document'],
    [samples, 'sample of an auditor', 'samples of auditors'],
    [messages, 'question or answer', 'questions and answers'],
    [citedReports, 'raw report that these cite', 'raw reports that these cite'],
  ]);
}

function listed(counts: readonly (readonly [number, string, string?])[]): string {
  const words = counts
    .filter(([count]) => count > 0)
    .map(([count, noun, plural]) => counted(count, noun, plural));
  return words.length === 0 ? 'nothing' : listWords(words);
}
