import type { ToolSpec } from '../src/index.js';

/** The front-end tool of the demo: a person picks a day. */
export const PICK_DATE = 'pickDate';

/** What the agent of a demo session may do, and who has to agree. */
export const TOOLS: readonly ToolSpec[] = [
  {
    name: 'listOpenIssues',
    description: 'Lists the open issues of a milestone.',
    parameters: { type: 'object', properties: { milestone: { type: 'string' } }, required: ['milestone'] },
    executor: 'server',
    idempotent: true,
  },
  {
    name: 'createTag',
    description: 'Creates a tag at the head of the release branch.',
    parameters: {
      type: 'object',
      properties: { tag: { type: 'string', title: 'Tag', pattern: '^v[0-9]+\\.[0-9]+\\.[0-9]+(-[a-z0-9.]+)?$', maxLength: 64 } },
      required: ['tag'],
      additionalProperties: false,
    },
    executor: 'server',
    approval: { when: 'always', needed: 1, separateDuty: true, reason: 'A tag is seen by others, so a second person looks at it first.' },
  },
  {
    name: PICK_DATE,
    description: 'Asks a person for a day, in one tab.',
    parameters: { type: 'object', properties: { for: { type: 'string' } }, required: ['for'] },
    executor: 'client',
  },
];
