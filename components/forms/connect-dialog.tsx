'use client';

import { Plug } from 'lucide-react';
import { useState } from 'react';
import { Button, type ButtonKind } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { FormDialog } from '../ui/form-dialog';
import { sendJson } from './send-json';

interface Minted {
  token: string;
  expiresAt: string;
  ingestUrl: string;
}

/** Makes an enrolment token and shows the three lines that connect a machine. */
export function ConnectDialog({
  clientId,
  clientName,
  kind = 'plain',
}: {
  clientId: string;
  clientName: string;
  kind?: ButtonKind;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const [minted, setMinted] = useState<Minted | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setMinted(null);
    setProblem(null);
    if (!isNowOpen) return;
    const sent = await sendJson<Minted>('POST', `/api/v1/clients/${clientId}/enrolment-tokens`);
    if (sent.isOk) setMinted(sent.answer);
    else setProblem(sent.refusal.sentence);
  }

  return (
    <FormDialog
      title={`Connect a machine of ${clientName}`}
      description="Runs on any machine with Node 20.19 or later and restic 0.14 or later. It reads backups and changes nothing."
      trigger={
        <Button kind={kind}>
          <Plug size={14} aria-hidden="true" /> Connect a machine
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={(next) => void open(next)}
    >
      {problem && (
        <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
          {problem}
        </p>
      )}
      {!minted && !problem && <output className="text-13 text-ink-2">Making a token …</output>}
      {minted && <Steps minted={minted} />}
    </FormDialog>
  );
}

function Steps({ minted }: { minted: Minted }) {
  const lines = [
    'export RESTIC_REPOSITORY=/srv/backup/restic RESTIC_PASSWORD_FILE=/root/.restic-password',
    `node holdfast-agent.mjs enrol ${minted.ingestUrl} ${minted.token}`,
    'node holdfast-agent.mjs run --job nightly -- restic --json backup /srv /etc',
  ].join('\n');
  return (
    <div className="flex flex-col gap-3">
      <p className="text-13 text-ink-2">
        Name your own repository and folders. The machine appears here with its first report.
      </p>
      <pre
        tabIndex={0}
        className="border-line bg-bg-2 overflow-x-auto rounded-lg border p-3 font-mono text-xs leading-5"
        aria-label="Commands that connect the machine"
      >
        {lines}
      </pre>
      <p className="text-ink-3 text-xs">
        The token works once, until {new Date(minted.expiresAt).toLocaleString('en-GB')} (your time), and is
        shown only now.
      </p>
      <div className="flex justify-end">
        <CopyButton text={lines} label="Copy commands" />
      </div>
    </div>
  );
}
