#!/bin/sh
# Takes back what main.bicep granted outside of its resource group: the identity's roles in the watched subscriptions, and the custom
# role there. Other roles that somebody gave it stay. `azd down` runs it first (azure.yaml), while the identity still has a name. By
# hand: with the outputs of the deployment,
#
#     identityPrincipalId=ID grantedSubscriptionIds="ID ID" AZURE_ENV_NAME=NAME sh infra/remove-grants.sh
#
# Goes on with the next subscription where one fails, prints the commands that are left, and then exits with 1.
set -eu

if [ -z "${identityPrincipalId:-}" ]; then
  echo "nothing was deployed: no identityPrincipalId"
  exit 0
fi

# Reader, Monitoring Reader, Log Analytics Reader: those of modules/reader.bicep.
built_in="acdd72a7-3385-48ef-bd42-f606fba81ae7 43d0d8ad-25c7-4714-9337-8ba259a9fe05 73c42c96-874c-492b-b04d-ab87d138a893"

# take_back SCOPE CUSTOM_ROLE
take_back() {
  ours="roleDefinitionName=='$2'"
  for role in $built_in; do
    ours="$ours || ends_with(roleDefinitionId, '/$role')"
  done
  assigned=$(az role assignment list --assignee "$identityPrincipalId" --scope "$1" --query "[?$ours].id" --output tsv) || return 1
  for assignment in $assigned; do
    az role assignment delete --ids "$assignment" || return 1
  done
  found=$(az role definition list --custom-role-only true --name "$2" --scope "$1" --query '[].name' --output tsv) || return 1
  if [ -n "$found" ]; then
    az role definition delete --name "$2" --scope "$1" || return 1
  fi
}

# print_left SCOPE CUSTOM_ROLE
print_left() {
  echo "$1: could not take back every role. By hand (a role that is not there is no harm):"
  for role in $built_in "$2"; do
    echo "az role assignment delete --assignee \"$identityPrincipalId\" --role \"$role\" --scope \"$1\""
  done
  echo "az role definition delete --name \"$2\" --scope \"$1\""
}

failed=0
for id in ${grantedSubscriptionIds:-}; do
  scope="/subscriptions/$id"
  custom="Snatwatch reader $AZURE_ENV_NAME $id"
  if take_back "$scope" "$custom"; then
    echo "$scope: roles taken back"
  else
    print_left "$scope" "$custom" >&2
    failed=1
  fi
done
exit "$failed"
