"""What a pipeline does around lint, plan and apply: `campaignctl-ci`, the same on GitHub and GitLab.

It runs the commands of campaignctl as they are, and brings what they say to where reviewers look: annotations, the
job's summary, one comment that each push renews. It fetches the state, takes the digest that was approved from the
comment of the merged request, and commits the state back. Everything it needs is in the environment: a file of a
pull request is never a word of a shell script.

Whose word counts:

- a pull request's files are a stranger's; they are linted and planned without a secret in the environment;
- the state is read from the branch that the request is for, and so cannot be edited by the request;
- a comment counts when this pipeline's own account has written it for the last commit of the request;
- what is applied is the branch as it is now, and only when it is the plan with the approved digest.
"""
