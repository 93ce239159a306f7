'use client';

import { Check, CircleDashed, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { durationText } from '@/domain/protection/sentence';
import { counted } from '../format/amounts';
import { TextLink } from '../ui/text-link';

/** What the route of an enrolment answers, as far as it is shown. */
interface Progress {
  enrolment: { createdAt: string; expiresAt: string; spentAt: string | null };
  agent: { agentId: string; hostname: string; version: string } | null;
  firstReport: {
    rawReportId: string;
    receivedAt: string;
    state: 'pending' | 'processed' | 'quarantined';
    reason: string | null;
    clockSkewMs: number;
    runs: number;
    points: number;
    repositories: number;
    systems: { systemId: string; name: string }[];
  } | null;
}

const EVERY_MS = 2000;

/** Waits for the first report of whoever spends a token, and shows what arrived as it arrives. */
export function FirstReport({ enrolmentId, ingestUrl }: { enrolmentId: string; ingestUrl: string }) {
  const progress = useProgress(enrolmentId);
  if (!progress) return null;
  const { enrolment, agent, firstReport } = progress;
  return (
    <section aria-label="First report" className="border-line-2 rounded-lg border p-3.5">
      <output className="block text-sm font-semibold">{titleOf(progress)}</output>
      <ol className="mt-2 flex flex-col gap-1">
        <Step at={enrolment.createdAt}>Token made</Step>
        {agent && enrolment.spentAt && (
          <Step at={enrolment.spentAt}>
            <TextLink href={`/agents/${agent.agentId}`} className="underline">
              {agent.hostname}
            </TextLink>{' '}
            enrolled, agent {agent.version}
          </Step>
        )}
        {firstReport && <Arrived report={firstReport} />}
        {!isOver(progress) && (
          <li className="text-13 text-ink-3 flex items-center gap-2">
            <CircleDashed size={14} aria-hidden="true" className="flex-none" /> {nextOf(progress)}
          </li>
        )}
      </ol>
      {!firstReport && (
        <p className="text-ink-3 mt-2.5 text-xs">
          Nothing after five minutes? <code>node holdfast-agent.mjs status</code> names the step that fails;
          the machine must reach <span className="[overflow-wrap:anywhere]">{ingestUrl}</span>. You may close
          this: the agents’ screen shows it when it arrives.
        </p>
      )}
    </section>
  );
}

function Arrived({ report }: { report: NonNullable<Progress['firstReport']> }) {
  const { rawReportId, receivedAt, clockSkewMs, state, reason, runs, points, repositories, systems } = report;
  return (
    <>
      <Step at={receivedAt}>
        <TextLink href={`/raw-reports/${rawReportId}`} className="underline">
          Report
        </TextLink>{' '}
        accepted, clocks {durationOrSeconds(clockSkewMs)} apart
      </Step>
      {state === 'processed' && (
        <Step>
          {counted(runs, 'run')}, {counted(points, 'recovery point')},{' '}
          {repositories === 1 ? '1 repository' : `${repositories} repositories`}
          {systems.length > 0 && ' of '}
          {systems.map(({ systemId, name }, index) => (
            <span key={systemId}>
              {index > 0 && ', '}
              <TextLink href={`/systems/${systemId}`} className="underline">
                {name}
              </TextLink>
            </span>
          ))}
        </Step>
      )}
      {state === 'quarantined' && (
        <li className="text-13 text-risk flex items-start gap-2">
          <TriangleAlert size={14} aria-hidden="true" className="mt-0.5 flex-none" /> Kept whole, but put
          aside: {reason}
        </li>
      )}
    </>
  );
}

function Step({ at, children }: { at?: string; children: ReactNode }) {
  return (
    <li className="text-13 flex items-start gap-2">
      <Check size={14} aria-hidden="true" className="text-ok mt-0.5 flex-none" />
      <span className="flex-1">{children}</span>
      {at && (
        <time dateTime={at} className="text-ink-3 font-mono text-xs">
          {new Date(at).toLocaleTimeString('en-GB')}
        </time>
      )}
    </li>
  );
}

function titleOf({ enrolment, agent, firstReport }: Progress): string {
  if (firstReport?.state === 'processed') return 'The first report arrived';
  if (firstReport?.state === 'quarantined') return 'A report arrived, but could not be read';
  if (firstReport) return 'The first report is being read …';
  if (!agent && Date.parse(enrolment.expiresAt) <= Date.now()) return 'The token expired unused';
  return 'Waiting for the first report …';
}

function nextOf({ agent, firstReport }: Progress): string {
  if (firstReport) return 'Reading what it says: usually under a second';
  return agent ? 'Its first report comes with the next backup, or with “report”' : 'The machine calls in';
}

/** Nothing more will come that is shown here. */
function isOver({ enrolment, agent, firstReport }: Progress): boolean {
  if (firstReport) return firstReport.state !== 'pending';
  return !agent && Date.parse(enrolment.expiresAt) <= Date.now();
}

function durationOrSeconds(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  return size < 60_000 ? `${(size / 1000).toFixed(1)} s` : durationText(size);
}

/** How far an enrolment is, asked for again while somebody looks and more can come. */
function useProgress(enrolmentId: string): Progress | null {
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const ask = async (): Promise<void> => {
      const found = document.visibilityState === 'visible' ? await fetchProgress(enrolmentId, ending) : null;
      if (ending.signal.aborted) return;
      if (found) setProgress(found);
      if (!found || !isOver(found)) timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [enrolmentId]);
  return progress;
}

/** null: no answer now; the next try may have one. */
async function fetchProgress(enrolmentId: string, { signal }: AbortController): Promise<Progress | null> {
  try {
    const response = await fetch(`/api/v1/enrolments/${enrolmentId}`, { signal });
    // A route's own answers are ours to know.
    return response.ok ? ((await response.json()) as Progress) : null;
  } catch {
    return null;
  }
}
