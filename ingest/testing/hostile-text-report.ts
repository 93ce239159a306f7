import { nightOf, type ReportInput, type SampleAgent } from './sample-agent';

/** A night in which everything that can be named is called by a text; `index` keeps the keys of several apart. */
export function hostileTextReport(agent: SampleAgent, text: string, index: number): Partial<ReportInput> {
  const key = `${index} ${text}`.slice(0, 200);
  const at = new Date(Date.now() - 3_600_000 - index * 60_000);
  const night = nightOf(agent, at, {
    repositoryKey: key,
    location: text,
    locationKind: 'sftp',
    paths: [text, '/'],
  });
  return {
    agent: { id: agent.agentId, name: text, version: '1', os: text, hostname: agent.hostname },
    source: { adapter: text, adapter_version: text, tool_version: text },
    scope: {},
    runs: (night.runs ?? []).map((run) => ({
      ...run,
      run_key: `run ${index}`,
      job_key: key,
      job_name: text,
      source_host: text,
      status: 'failed',
      error_code: text,
      message: `${text}\n${text}`,
    })),
    recovery_points: (night.recovery_points ?? []).map((point) => ({
      ...point,
      job_key: key,
      source_host: text,
      tags: [text],
      retention_reasons: [text],
      media_label: text,
    })),
    repositories: (night.repositories ?? []).map((one) => ({
      ...one,
      tool: text,
      reachable: false,
      problem: { code: 'network', message: `${text}\n${text}` },
      media: { value: 'nas', source: 'probed', evidence: text },
      encryption: { value: true, mode: text, source: 'tool_reported' },
    })),
    verifications: [
      {
        verification_key: key,
        repository_key: key,
        kind: 'structure',
        ended_at: at.toISOString(),
        result: 'problems',
        damaged: [text],
        message: text,
      },
    ],
    restore_tests: [
      {
        test_key: key,
        point_key: night.recovery_points?.[0]?.point_key ?? key,
        repository_key: key,
        trigger: 'manual',
        method: 'sample',
        started_at: at.toISOString(),
        ended_at: at.toISOString(),
        level: 'L1',
        result: 'failed',
        message: text,
        target: text,
        artifacts: [{ name: text, sha256: key }],
      },
    ],
    problems: [
      {
        code: 'source_missing',
        severity: 'warning',
        subject: key,
        message: `${text.replaceAll(/\s/g, ' ')} is not in the newest backup of this job.`,
      },
    ],
  };
}
