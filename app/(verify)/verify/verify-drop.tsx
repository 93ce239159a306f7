'use client';

import { useState } from 'react';
import { Shape, type Tone } from '@/components/backup/status-mark';
import type { Verification } from '@/server/documents/verify/verification';

interface Props {
  /** Of this installation, DER in base64, the present one first. */
  certificates: readonly string[];
}

interface Looked {
  readonly fileName: string;
  readonly verification: Verification;
}

const VERDICT = {
  genuine: 'Genuine: signed by this installation, and unchanged since.',
  'not-genuine': 'Not genuine.',
  'no-document': 'This is no document that was made here.',
} as const;

/** A route, not a page. */
const CERTIFICATES = '/api/v1/document-certificates';

/** Takes a file by drop or choice and tells, check by check, what came of it. */
export function VerifyDrop({ certificates }: Props) {
  const [looked, setLooked] = useState<Looked | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  async function look(file: File | undefined) {
    if (!file) return;
    setIsBusy(true);
    // What it takes is loaded once somebody has a file to look at.
    const { verifyFile } = await import('@/server/documents/verify/verify-file');
    const bytes = new Uint8Array(await file.arrayBuffer());
    const verification = await verifyFile(bytes, certificates.map(fromBase64));
    setLooked({ fileName: file.name, verification });
    setIsBusy(false);
  }

  return (
    <>
      <label className="flex flex-col gap-2 text-sm font-medium">
        Drop a PDF or a bundle (.asice) here, or choose it
        <input
          type="file"
          aria-label="The document"
          accept=".pdf,.asice,.zip,application/pdf"
          onChange={(event) => void look(event.currentTarget.files?.[0])}
          className="border-edge file:border-line-2 file:text-13 w-full rounded-lg border border-dashed px-5 py-14 text-sm font-normal file:mr-3 file:rounded file:border file:px-2 file:py-0.5"
        />
      </label>
      <div aria-live="polite">
        {isBusy && <p className="text-ink-2 text-sm">Looking …</p>}
        {looked && !isBusy && <Outcome looked={looked} />}
      </div>
      {certificates.length === 0 && (
        <p className="text-ink-2 text-sm">This installation signs no documents: it has no key for them.</p>
      )}
      <p className="text-ink-3 text-xs">
        Genuine says that nothing was changed since it was signed here. It does not say that what a machine
        reported was true. The certificates are at{' '}
        <a href={CERTIFICATES} className="underline">
          {CERTIFICATES}
        </a>
        ; any reader of PAdES, such as pdfsig, checks a document with them.
      </p>
    </>
  );
}

function Outcome({ looked: { fileName, verification } }: { looked: Looked }) {
  const { verdict, checks, title, fileSha256 } = verification;
  return (
    <section aria-labelledby="outcome" className="border-line rounded-lg border p-4">
      <h2 id="outcome" className="text-base font-semibold">
        <Told isGood={verdict === 'genuine'}>{VERDICT[verdict]}</Told>
      </h2>
      <p className="text-13 text-ink-2 mt-1 [overflow-wrap:anywhere]">
        {fileName}
        {title !== null && `: ${title}`}
      </p>
      <ul className="text-13 mt-3 flex flex-col gap-1.5">
        {checks.map(({ name, isGood, text }) => (
          <li key={name}>
            <Told isGood={isGood}>{text}</Told>
          </li>
        ))}
      </ul>
      <p className="text-ink-3 mt-3 font-mono text-xs [overflow-wrap:anywhere]">SHA-256 {fileSha256}</p>
    </section>
  );
}

/** A sentence behind its mark, over as many lines as it needs. */
function Told({ isGood, children }: { isGood: boolean | null; children: string }) {
  return (
    <span className={`flex items-baseline gap-2 ${isGood === false ? 'text-bad' : ''}`}>
      <span className={`shrink-0 ${INK[toneOf(isGood)]}`}>
        <Shape tone={toneOf(isGood)} label={MARK[toneOf(isGood)]} size={10} />
      </span>
      <span className="min-w-0 [overflow-wrap:anywhere]">{children}</span>
    </span>
  );
}

const MARK = { ok: 'good', bad: 'wrong', unk: 'to know' } as const;
const INK = { ok: 'text-ok', bad: 'text-bad', unk: 'text-unk' } as const;

function toneOf(isGood: boolean | null): keyof typeof INK & Tone {
  if (isGood === null) return 'unk';
  return isGood ? 'ok' : 'bad';
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
