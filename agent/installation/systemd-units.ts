import type { AgentSchedule } from '@/agent/installation/agent-schedule';

/** Name → contents of the two units. */
export function systemdUnits({ command, env, everyMinutes }: AgentSchedule): Record<string, string> {
  const variables = Object.entries(env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}\n`);
  return {
    'holdfast-agent.service': `[Unit]
Description=Holdfast agent: report on backups
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=${command.map(quoted).join(' ')}
${variables.join('')}# 75: reports wait in the spool, and go out next time.
SuccessExitStatus=75
Nice=10
IOSchedulingClass=idle
`,
    'holdfast-agent.timer': `[Unit]
Description=Holdfast agent: report every ${everyMinutes} minutes

[Timer]
OnBootSec=2min
OnUnitActiveSec=${everyMinutes}min
RandomizedDelaySec=${Math.min(300, everyMinutes * 15)}

[Install]
WantedBy=timers.target
`,
  };
}

/** systemd reads quotes, backslashes, specifiers (%) and variables ($) in a word. */
function quoted(word: string): string {
  const text = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return `"${text}"`;
}
