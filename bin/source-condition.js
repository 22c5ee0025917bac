// A resolve hook that adds the condition `hpo-source`, under which the package's exports lead to its sources.
export const resolve = (specifier, context, next) =>
  next(specifier, { ...context, conditions: [...context.conditions, 'hpo-source'] });
