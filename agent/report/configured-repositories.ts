import type { ReportProblem } from '@/contract/report';
import { askBorgmatic } from '@/agent/collectors/borgmatic/borgmatic-repositories';
import type { PlacedRetention } from '@/agent/collectors/borgmatic/prune-call';
import type { AgentConfig, RepositorySettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';

/** Everything that the configuration names, and what could not be found out. */
export interface ConfiguredRepositories {
  repositories: readonly RepositorySettings[];
  /** What is kept where, as far as a configuration says. */
  retention: readonly PlacedRetention[];
  problems: readonly ReportProblem[];
}

/** The repositories of the configuration, those that borgmatic's configurations name among them; each place once. */
export async function configuredRepositories(
  config: AgentConfig,
  env: Environment,
): Promise<ConfiguredRepositories> {
  const answers = [];
  for (const one of config.borgmatic_configs)
    answers.push(await askBorgmatic(one, config, config.limits, env));
  const all = [...config.repositories, ...answers.flatMap(({ repositories }) => repositories)];
  const problems = answers.flatMap((answer) => answer.problems);
  return {
    repositories: [
      ...new Map(all.toReversed().map((one) => [`${one.tool}\n${one.repo}`, one])).values(),
    ].toReversed(),
    retention: answers.flatMap((answer) => answer.retention),
    problems: [...new Map(problems.map((one) => [`${one.code}\n${one.message}`, one])).values()],
  };
}
