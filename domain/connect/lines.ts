import type { WayKind } from './products';

/** Where messages come in. */
export interface WaysIn {
  /** Scheme, host and port, without a slash at its end. */
  readonly ingestOrigin: string;
  /** What stands behind the @. */
  readonly mailDomain: string;
}

/** Something to be copied and pasted as it stands. */
export interface ConnectLine {
  readonly title: string;
  readonly text: string;
  /** What to mind; '': nothing. */
  readonly note: string;
}

/** Ways by which messages come to an address. */
export type MessageKind = Exclude<WayKind, 'agent' | 'pull'>;

/** The address of a channel as its product takes it: a URL, or a mail's. */
export function fullAddress(
  kind: MessageKind,
  address: string,
  { ingestOrigin, mailDomain }: WaysIn,
): string {
  switch (kind) {
    case 'ping':
      return `${ingestOrigin}/ping/${address}`;
    case 'webhook':
      return `${ingestOrigin}/hook/${address}`;
    case 'mail':
      return `${address}@${mailDomain}`;
  }
}

/** The lines by which a channel is connected, that of the product first. `productKey` null: nobody said which. */
export function connectLines(
  kind: MessageKind,
  address: string,
  productKey: string | null,
  ways: WaysIn,
): readonly ConnectLine[] {
  const full = fullAddress(kind, address, ways);
  switch (kind) {
    case 'ping':
      return pingLines(full, productKey);
    case 'webhook':
      return webhookLines(full, productKey);
    case 'mail':
      return [
        line('The address that its mails go to', full),
        line(
          'Or hand a mail in by HTTP',
          `${CURL} -H 'content-type: message/rfc822' --data-binary @message.eml ${ways.ingestOrigin}/mail/${address}`,
          'For mail servers that run a command for each mail, and for trying it out.',
        ),
      ];
  }
}

const CURL = 'curl -fsS -m 10 --retry 5 -o /dev/null';

const line = (title: string, text: string, note = ''): ConnectLine => ({ title, text, note });

function pingLines(url: string, productKey: string | null): readonly ConnectLine[] {
  const general = [
    line(
      'Around a command, with how long it took and what it said',
      [
        'RID=$(cat /proc/sys/kernel/random/uuid)',
        `${CURL} "${url}/start?rid=$RID"`,
        'OUT=$(/path/to/backup 2>&1); STATUS=$?',
        `printf '%s' "$OUT" | tail -c 100000 | ${CURL} --data-binary @- "${url}/$STATUS?rid=$RID"`,
      ].join('\n'),
      'Put your backup command in place of /path/to/backup.',
    ),
    line(
      'At the end of a command',
      `/path/to/backup; ${CURL} ${url}/$?`,
      'Tells success or failure by the exit status. Never call the bare address after ; alone: that says success whatever happened.',
    ),
    line(
      'systemd, in `systemctl edit` of the service',
      [
        '[Service]',
        `ExecStartPre=-/usr/bin/${CURL} ${url}/start`,
        `ExecStopPost=-/bin/sh -c '[ "$$SERVICE_RESULT" = success ]; ${CURL} ${url}/$$?'`,
      ].join('\n'),
    ),
    line(
      'PowerShell',
      [
        '& C:\\path\\to\\backup.exe',
        '$said = if ($?) { 0 } else { 1 }',
        `Invoke-RestMethod -Method Post -TimeoutSec 10 -Uri "${url}/$said" | Out-Null`,
      ].join('\n'),
    ),
  ];
  const own = PING_OF[productKey ?? '']?.(url);
  return own ? [own, ...general] : general;
}

const PING_OF: Readonly<Record<string, (url: string) => ConnectLine>> = {
  borgmatic: (url) =>
    line(
      'borgmatic’s configuration',
      ['healthchecks:', `    ping_url: ${url}`, '    send_logs: true'].join('\n'),
      'Before 1.8 it stands under hooks:. A success of borgmatic says nothing of checks before 2.1.2: its agent does.',
    ),
  resticprofile: (url) =>
    line(
      'The profile, under backup:',
      [
        'backup:',
        '  send-before:',
        `    - url: ${url}/start`,
        '  send-after:',
        `    - url: ${url}`,
        '  send-after-fail:',
        '    - method: POST',
        `      url: ${url}/fail`,
        '      body: "${ERROR}\\n\\n${ERROR_STDERR}"',
      ].join('\n'),
    ),
  autorestic: (url) =>
    line(
      'The location’s hooks',
      [
        'hooks:',
        '  before:',
        `    - ${CURL} ${url}/start`,
        '  success:',
        `    - ${CURL} ${url}`,
        '  failure:',
        `    - ${CURL} ${url}/fail`,
      ].join('\n'),
    ),
};

function webhookLines(url: string, productKey: string | null): readonly ConnectLine[] {
  const own = WEBHOOK_OF[productKey ?? '']?.(url) ?? [];
  return [...own, line('The address', url)];
}

/** Body of a webhook target of Proxmox VE, read by server/inbound/products/proxmox-webhook.ts. */
const PROXMOX_BODY =
  '{"source":"{{fields.hostname}}","title":"{{escape title}}","message":"{{escape message}}","severity":"{{severity}}","timestamp":{{timestamp}},"fields":{{json fields}}}';

const WEBHOOK_OF: Readonly<Record<string, (url: string) => readonly ConnectLine[]>> = {
  proxmox: () => [line('Body', PROXMOX_BODY), line('Header', 'Content-Type: application/json')],
  duplicati: (url) => [
    line(
      'Advanced options, as text',
      `--send-http-json-urls=${url}\n--send-http-level=All\n--send-http-any-operation=false`,
    ),
  ],
  kopia: (url) => [
    line(
      'Command',
      `kopia notification profile configure webhook --profile-name=holdfast --endpoint=${url} --method=POST --format=txt --min-severity=report`,
      'The least severity must be report: else Kopia tells of failures only.',
    ),
  ],
  'windows-server-backup': (url) => [
    line(
      'PowerShell',
      [
        'Import-Module WindowsServerBackup',
        `Invoke-RestMethod -Method Post -TimeoutSec 30 -ContentType 'text/plain; charset=utf-8' -Uri ${url} \``,
        '  -Body ([Text.Encoding]::UTF8.GetBytes((Get-WBSummary | Format-List | Out-String -Width 400)))',
      ].join('\n'),
      'As a scheduled task that begins with event 4 or 5 of Microsoft-Windows-Backup, or half an hour after the backup.',
    ),
  ],
};
