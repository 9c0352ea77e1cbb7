#!/bin/sh
# Takes back what main.bicep granted outside of its resource group: the identity's roles in the watched subscriptions, and the custom
# role there. `azd down` runs it first (azure.yaml), while the identity still has a name. By hand: with the outputs of the deployment,
#
#     identityPrincipalId=ID grantedSubscriptionIds="ID ID" AZURE_ENV_NAME=NAME sh infra/remove-grants.sh
set -eu

if [ -z "${identityPrincipalId:-}" ]; then
  echo "nothing was deployed: no identityPrincipalId"
  exit 0
fi
for id in ${grantedSubscriptionIds:-}; do
  scope="/subscriptions/$id"
  az role assignment delete --assignee "$identityPrincipalId" --scope "$scope"
  name="Snatwatch reader $AZURE_ENV_NAME $id"
  found=$(az role definition list --custom-role-only true --name "$name" --scope "$scope" --query '[].name' --output tsv)
  if [ -n "$found" ]; then
    az role definition delete --name "$name" --scope "$scope"
  fi
  echo "$scope: roles taken back"
done
