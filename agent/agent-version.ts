/** Version of the agent, as it stands in every report. */
export const AGENT_VERSION = '0.1.0';
