import { PROVIDER_OPTIONS, providerTitle } from '@/components/providers'

/**
 * What a policy's form asks, in words for people. The server has the last word on all of it; paths and names are offered,
 * not demanded.
 */
export function policySchema(offered: { paths: readonly string[]; plans: readonly string[]; teams: readonly string[]; provider: string; isNew: boolean }): unknown {
  const text = (title: string, description: string, more: object = {}) => ({ type: 'string', title, description, ...more })
  const names = (examples: readonly string[]) => ({ type: 'string', examples: [...examples] })
  const rule = {
    type: 'object',
    properties: {
      access: {
        title: 'Teams',
        default: 'editable',
        oneOf: [
          { const: 'editable', description: 'may change it, within the limits' },
          { const: 'locked', description: 'keep what the plan says' },
        ],
      },
      minimum: { type: 'integer', title: 'Least', description: 'Of a number.' },
      maximum: { type: 'integer', title: 'Most', description: 'Of a number.' },
      enum: { type: 'array', title: 'One of', description: 'The values that it may have.', items: { type: 'string', 'x-kore-scalar': true } },
      pattern: text('Pattern', 'What a text is like, as a regular expression.'),
      reason: text('Reason', 'Where it is another than the policy’s.'),
      owner: text('Owner', 'Where it is another than the policy’s.'),
    },
  }
  return {
    type: 'object',
    properties: {
      owner: text('Owner', 'Whom people turn to who meet it.', { 'x-kore-group': 'Why', examples: ['platform-team'] }),
      reason: text('Reason', 'People who meet it read this.', { 'x-kore-group': 'Why', 'x-kore-long': true }),
      description: text('Description', 'What it is for.', { 'x-kore-group': 'Why' }),
      // It is never changed.
      ...(offered.isNew && {
        provider: {
          title: 'Provider',
          description: 'Whose plans it is about, and whose parameters. It stays.',
          'x-kore-group': 'Where it holds',
          oneOf: PROVIDER_OPTIONS.map(({ value, about }) => ({ const: value, description: about })),
        },
      }),
      plans: { type: 'array', title: 'Plans', description: `Every plan of ${providerTitle(offered.provider)}, if there is none here.`, items: names(offered.plans), 'x-kore-group': 'Where it holds' },
      teams: {
        type: 'object',
        title: 'Teams',
        'x-kore-group': 'Where it holds',
        properties: {
          all: { type: 'boolean', title: 'Every team, also those to come' },
          names: { type: 'array', title: 'Teams by name', items: names(offered.teams) },
          labels: { type: 'object', title: 'Teams by label', description: 'Those that carry all of these.', additionalProperties: { type: 'string', title: 'Value' } },
        },
      },
      default: {
        title: 'What no rule is about',
        default: 'editable',
        'x-kore-group': 'Rules',
        oneOf: [
          { const: 'editable', description: 'teams may change it' },
          { const: 'locked', description: 'stays as the plan has it' },
        ],
      },
      rules: {
        type: 'object',
        title: 'Rules',
        description: 'By path; a rule holds for all that is below its path, and * stands for any name.',
        'x-kore-group': 'Rules',
        propertyNames: { examples: [...offered.paths] },
        additionalProperties: rule,
      },
    },
    required: ['owner', 'reason'],
  }
}

/** Paths that rules can be about: parameters, and what is above them. */
export function pathsOf(parameters: readonly { path: string }[]): string[] {
  const own = parameters.map(({ path }) => path)
  const above = own.filter((path) => path.includes('.')).map((path) => path.split('.')[0] ?? path)
  return [...new Set([...own.filter((path) => path.includes('*') || !path.includes('.')), ...above])].toSorted()
}
