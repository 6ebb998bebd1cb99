"""When invoices are paid: the engine's model, and what others would take, on the same books and splits, by one scorer.

    books        a made-up book whose payers have mechanisms that the engine's simulator does not have
    scorer       how good forecasts are
    features     what a practitioner would compute of a customer's past, as known on the day of issue
    plain        quantiles by LightGBM and scikit-learn, lifelines' survival models, the customer's median
    recipe       the strongest that we could make of LightGBM: person-periods on rolled histories
    history, neighbours, hazards, bizdays     its parts
    section      workloads, contenders
"""
