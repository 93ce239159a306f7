import { escapeHtml } from '../mail/escape-html';
import type { MessageContent } from './message-content';
import { messageText } from './message-text';

/** The version of the webhook's body; what is added to it later leaves the version as it is (docs/webhooks.md). */
const WEBHOOK_VERSION = 1;

/** The body of a signed webhook. Instants are RFC 3339, UTC. */
export function webhookBody(content: MessageContent, notificationId: string, appOrigin: string): string {
  const { subject, url } = messageText(content, appOrigin);
  const common = {
    version: WEBHOOK_VERSION,
    id: notificationId,
    type: content.kind === 'test' ? 'test' : 'findings',
    at: new Date(content.at).toISOString(),
    msp: content.mspName,
    summary: subject,
    url,
  };
  if (content.kind === 'test') return JSON.stringify(common);
  const causes = content.causes.map(({ openedAt, closedAt, clientName, ...cause }) => ({
    ...cause,
    client: clientName,
    openedAt: new Date(openedAt).toISOString(),
    closedAt: closedAt === null ? null : new Date(closedAt).toISOString(),
    url: `${appOrigin}/findings?cause=${cause.causeId}`,
  }));
  return JSON.stringify({ ...common, rule: content.ruleName, causeCount: content.causeCount, causes });
}

/** Slack takes 50 blocks, and 3,000 characters in each. */
const SLACK_BLOCKS_MAX = 40;

/**
 * An incoming webhook of Slack (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). What others typed is
 * `plain_text`, or escaped, so that it can neither format, link nor call anybody.
 */
export function slackBody(content: MessageContent, appOrigin: string): string {
  const { subject, lead, lines, more, foot, url } = messageText(content, appOrigin);
  return JSON.stringify({
    text: escapeSlack(subject),
    unfurl_links: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: subject, emoji: false } },
      section(escapeSlack(lead)),
      ...lines
        .slice(0, SLACK_BLOCKS_MAX)
        .map((line) =>
          section(
            `*${escapeSlack(line.head)}*\n<${line.url}|${escapeSlack(line.title)}>\n${escapeSlack(line.facts)}`,
          ),
        ),
      section(`${more === null ? '' : `${more} `}<${url}|Open Holdfast>`),
      { type: 'context', elements: [{ type: 'plain_text', text: foot, emoji: false }] },
    ],
  });
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

/** The three characters that Slack reads as control, and those that would format (docs.slack.dev, 'Escaping text'). */
function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`|]/g, (character) => `\u200b${character}`);
}

/** Teams takes 28 KB of a message. */
const TEAMS_LINES_MAX = 20;

/** A workflow webhook of Teams: an Adaptive Card (https://adaptivecards.io/explorer/). Text blocks read Markdown, which is escaped. */
export function teamsBody(content: MessageContent, appOrigin: string): string {
  const { subject, lead, lines, more, foot, url } = messageText(content, appOrigin);
  const shown = lines.slice(0, TEAMS_LINES_MAX);
  const unshown = lines.length > shown.length ? [block('More are in Holdfast.')] : [];
  return JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(subject, { weight: 'Bolder', size: 'Medium' }),
            block(lead),
            ...shown.flatMap((line) => [
              block(line.head, { weight: 'Bolder', separator: true }),
              block(line.title, { spacing: 'None' }),
              block(line.facts, { spacing: 'None', isSubtle: true }),
            ]),
            ...unshown,
            ...(more === null ? [] : [block(more)]),
            block(foot, { isSubtle: true, size: 'Small' }),
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Open Holdfast', url }],
        },
      },
    ],
  });
}

const block = (text: string, look: Readonly<Record<string, unknown>> = {}) => ({
  type: 'TextBlock',
  text: escapeMarkdown(text),
  wrap: true,
  ...look,
});

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+!|<>~]/g, String.raw`\$&`);
}

/** A mail of plain words, and the same as HTML. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function mailOf(content: MessageContent, appOrigin: string): MailText {
  const { subject, lead, lines, more, foot, url } = messageText(content, appOrigin);
  const told = lines.map(({ head, title, facts, url: at }) => `${head}\n${title}\n${facts}\n${at}`);
  const text = [lead, ...told, ...(more === null ? [] : [more]), `Open Holdfast:\n${url}`, foot].join('\n\n');
  const rows = lines.map(
    (line) =>
      `<p style="margin:0 0 16px;padding-left:12px;border-left:3px solid #8a94a3"><span style="color:#4b5563">${escapeHtml(line.head)}</span><br><a href="${escapeHtml(line.url)}" style="font-weight:600;color:#1d4ed8">${escapeHtml(line.title)}</a><br><span style="color:#4b5563">${escapeHtml(line.facts)}</span></p>`,
  );
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body style="font:15px/1.5 system-ui,sans-serif;color:#111827;background:#ffffff;max-width:640px"><p style="margin:0 0 16px">${escapeHtml(lead)}</p>
${rows.join('\n')}
${more === null ? '' : `<p>${escapeHtml(more)}</p>\n`}<p><a href="${escapeHtml(url)}" style="color:#1d4ed8">Open Holdfast</a></p>
<p style="color:#4b5563;font-size:13px">${escapeHtml(foot)}</p></body></html>`;
  return { subject, text, html };
}
